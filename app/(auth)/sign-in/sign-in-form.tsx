"use client";

import { Eye, EyeOff } from "lucide-react";
import { signIn } from "next-auth/react";
import { useTranslations } from "next-intl";
import { useRef, useState, type SubmitEvent } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { DemoSignIns } from "./demo-sign-ins";
import { readSignInProblem, type SignInProblem } from "./sign-in-problem";

type SignInFormProps = { readonly returnPath: string; readonly showDemo: boolean };

export function SignInForm({ returnPath, showDemo }: SignInFormProps) {
  const t = useTranslations("auth");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<SignInProblem | null>(null);
  const passwordBox = useRef<HTMLInputElement>(null);

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    if (email.trim() === "" || password === "") return setProblem({ kind: "missing" });
    setPending(true);
    setProblem(null);
    const found = await trySignIn(email.trim(), password);
    if (found === null) {
      // A whole new page: nothing of an earlier session may linger in the browser's caches.
      window.location.assign(returnPath);
      return;
    }
    setPending(false);
    setProblem(found);
    passwordBox.current?.select();
  }

  return (
    <>
      <h1 className="mb-5 text-2xl font-[650] tracking-[-0.02em]">{t("title")}</h1>
      <form method="post" noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        {problem ? (
          <Callout tone="bad" announce>
            {problem.kind === "throttled"
              ? t("error.throttled", { seconds: problem.seconds })
              : t(`error.${problem.kind}`)}
          </Callout>
        ) : null}
        <Field label={t("email")} id="email">
          <Input
            name="email"
            type="email"
            autoComplete="username"
            autoFocus
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <Field label={t("password")} id="password">
          <Input
            ref={passwordBox}
            name="password"
            type={shown ? "text" : "password"}
            autoComplete="current-password"
            maxLength={1000}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            suffix={
              <button
                type="button"
                aria-label={shown ? t("hidePassword") : t("showPassword")}
                aria-controls="password"
                onClick={() => setShown(!shown)}
                className="hover:text-text -mr-1.5 grid size-7 place-items-center rounded-md"
              >
                {shown ? <EyeOff aria-hidden className="size-4" /> : <Eye aria-hidden className="size-4" />}
              </button>
            }
          />
        </Field>
        <Button type="submit" variant="primary" size="lg" block pending={pending}>
          {t("submit")}
        </Button>
      </form>
      <p className="text-text-3 mt-4 text-xs">{t("forgot")}</p>
      {showDemo ? (
        <DemoSignIns
          onChoose={(demo) => {
            setEmail(demo.email);
            setPassword(demo.password);
            setProblem(null);
          }}
        />
      ) : null}
    </>
  );
}

async function trySignIn(email: string, password: string): Promise<SignInProblem | null> {
  try {
    const result = await signIn("credentials", { email, password, redirect: false });
    return result?.ok && !result.error ? null : readSignInProblem(result?.error ?? null);
  } catch {
    return { kind: "unavailable" };
  }
}
