import { markUnicode } from "./mark-unicode";

/** The text with the characters that force Unicode marked; line breaks kept. */
export function MarkedText({ text }: { readonly text: string }) {
  return (
    <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {markUnicode(text).map((run, index) =>
        run.forcesUnicode ? (
          <mark key={index} className="bg-warn-soft text-warn rounded-[3px] px-px">
            {run.text}
          </mark>
        ) : (
          <span key={index}>{run.text}</span>
        ),
      )}
    </span>
  );
}
