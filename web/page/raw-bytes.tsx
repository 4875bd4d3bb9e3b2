import { isUtf8 } from "node:buffer";
import type { VNode } from "preact";
import { formatCount } from "./format.ts";
import {
  type ByteRange,
  type HexLine,
  lineAndColumn,
  type Piece,
  rangeToShow,
  readHexLines,
  readPieces,
} from "./raw-text.ts";

const bytesShown = 4_000;
const hexBytesShown = 1_024;

interface Pointed extends ByteRange {
  readonly message: string;
}

interface RawBytesProps {
  readonly bytes: Buffer;
  readonly fault: Pointed | null;
}

/** Bytes as text and in hex, what is wrong in them marked; of megabytes only what is around it. */
export function RawBytes({ bytes, fault }: RawBytesProps): VNode {
  const range = rangeToShow(bytes.length, fault, bytesShown);
  return (
    <>
      <LeftOut count={range.start} where="before" />
      <pre class="raw">
        <Pieces pieces={readPieces(bytes, range, fault)} />
      </pre>
      <LeftOut count={bytes.length - range.end} where="behind" />
      {fault === null ? null : <FaultLine bytes={bytes} fault={fault} />}
      <HexView bytes={bytes} fault={fault} />
    </>
  );
}

function LeftOut({
  count,
  where,
}: {
  readonly count: number;
  readonly where: "before" | "behind";
}): VNode | null {
  return count === 0 ? null : (
    <p class="note">
      … {formatCount(count)} bytes {where} this
    </p>
  );
}

function FaultLine({ bytes, fault }: { readonly bytes: Buffer; readonly fault: Pointed }): VNode {
  const { line, column } = lineAndColumn(bytes, fault.start);
  return (
    <p class="fault">
      <strong>
        Line {formatCount(line)}, column {formatCount(column)}
      </strong>{" "}
      <span class="note">(byte {formatCount(fault.start)})</span>: {fault.message}.
    </p>
  );
}

/** Text in which everything is seen; what is marked is the fault. */
export function Pieces({ pieces }: { readonly pieces: readonly Piece[] }): VNode {
  return (
    <>
      {pieces.map((piece) => {
        const shown = <PieceText piece={piece} />;
        return piece.marked ? <mark>{shown}</mark> : shown;
      })}
    </>
  );
}

function PieceText({ piece }: { readonly piece: Piece }): VNode {
  if (piece.kind === "text") return <>{piece.text}</>;
  if (piece.kind === "gap") return <span class="gap">▲ here</span>;
  return (
    <span class="named" title={piece.title}>
      {piece.name}
    </span>
  );
}

/** The beginning of some bytes as text, for a list. */
export function Beginning({ bytes }: { readonly bytes: Buffer }): VNode {
  return <Pieces pieces={readPieces(bytes, { start: 0, end: bytes.length }, null)} />;
}

/** Text that quotes what came from outside, in which everything is seen. */
export const SafeText = ({ text }: { readonly text: string }): VNode => (
  <Beginning bytes={Buffer.from(text)} />
);

function HexView({ bytes, fault }: RawBytesProps): VNode {
  const range = rangeToShow(bytes.length, fault, hexBytesShown);
  const isPart = range.end - range.start < bytes.length;
  return (
    <details class="hex" open={!isUtf8(bytes)}>
      <summary>In hexadecimal</summary>
      {isPart ? (
        <p class="note">
          {formatCount(range.end - range.start)} of {formatCount(bytes.length)} bytes
        </p>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse */}
      <section class="scroll" aria-label="Hex dump" tabIndex={0}>
        <pre>
          {readHexLines(bytes, range, fault).map((line) => (
            <HexRow line={line} />
          ))}
        </pre>
      </section>
    </details>
  );
}

function HexRow({ line }: { readonly line: HexLine }): VNode {
  const missing = "   ".repeat(16 - line.bytes.length);
  return (
    <>
      <span class="offset">{line.offset}</span>
      {"  "}
      {line.bytes.map(({ hex, marked }) => (
        <>{marked ? <mark>{hex}</mark> : hex} </>
      ))}
      {missing} {line.bytes.map(({ ascii, marked }) => (marked ? <mark>{ascii}</mark> : ascii))}
      {"\n"}
    </>
  );
}
