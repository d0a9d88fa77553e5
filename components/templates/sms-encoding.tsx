"use client";

import { createContext, useContext, type ReactNode } from "react";
import { encodeSmart } from "@/lib/domain/sms/plain-characters";

const SmartEncoding = createContext(false);

type SmsEncodingProps = { readonly isSmart: boolean; readonly children: ReactNode };

/** Counts of segments below it are of what the account's SMS connections really send. */
export function SmsEncoding({ isSmart, children }: SmsEncodingProps) {
  return <SmartEncoding value={isSmart}>{children}</SmartEncoding>;
}

/** An SMS text as it leaves. */
export function useOutgoingSms(): (text: string) => string {
  return useContext(SmartEncoding) ? encodeSmart : asWritten;
}

function asWritten(text: string): string {
  return text;
}
