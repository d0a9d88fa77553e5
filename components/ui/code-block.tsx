import { cn } from "./cn";
import { CopyButton } from "./copy-button";

type CodeBlockProps = {
  readonly text: string;
  /** What it is, for the copy button and for screen readers. */
  readonly label: string;
  readonly className?: string;
};

/** Raw text as it came or as it is to be pasted: payloads, curl lines, keys shown once. */
export function CodeBlock({ text, label, className }: CodeBlockProps) {
  return (
    <div className={cn("border-line bg-surface-2 relative min-w-0 rounded-lg border", className)}>
      <pre
        tabIndex={0}
        aria-label={label}
        className="max-h-96 overflow-auto p-3 pr-12 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        <code>{text}</code>
      </pre>
      <div className="absolute top-1.5 right-1.5">
        <CopyButton text={text} what={label} />
      </div>
    </div>
  );
}
