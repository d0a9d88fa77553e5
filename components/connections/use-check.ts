"use client";

import { useState } from "react";
import { checkConnectionAction } from "@/app/(desk)/connections/actions";
import { useAnswer } from "@/lib/client/use-answer";
import type { LinkVerdict } from "@/lib/domain/connection/link-verdict";
import type { ClientError } from "@/lib/schemas/action-result";

type Input = Parameters<typeof checkConnectionAction>[0];

export type LinkCheck = {
  readonly isPending: boolean;
  readonly verdict: LinkVerdict | null;
  readonly run: (input: Input) => Promise<ClientError | null>;
  /** What was found out is of settings that have changed since. */
  readonly forget: () => void;
};

export function useCheck(): LinkCheck {
  const answer = useAnswer();
  const [isPending, setPending] = useState(false);
  const [verdict, setVerdict] = useState<LinkVerdict | null>(null);
  return {
    isPending,
    verdict,
    forget: () => setVerdict(null),
    async run(input) {
      setPending(true);
      setVerdict(null);
      const result = await answer(checkConnectionAction(input));
      setPending(false);
      if (!result.ok) return result.error;
      setVerdict(result.data);
      return null;
    },
  };
}
