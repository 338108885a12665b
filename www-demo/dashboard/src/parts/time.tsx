import { useEffect } from "preact/hooks";
import type { DeskStamp } from "seller-tickets/desk";
import { countSeconds, now, second } from "../state/clock";
import { ago, fullDate, moment, shortDate, t } from "../words";

/** A moment in words, with the full date under the pointer. */
export function When({ at, isShort = false }: { at: number; isShort?: boolean }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={fullDate(at)}>
      {isShort ? shortDate(at, now.value) : moment(at, now.value)}
    </time>
  );
}

/** A moment as the marketplace told it; one that is no time is shown as it came. */
export function Stamp({ of, isShort = false }: { of: DeskStamp; isShort?: boolean }) {
  return of.at === null ? <span>{of.wire}</span> : <When at={of.at} isShort={isShort} />;
}

export function Ago({ at }: { at: number }) {
  return <>{ago(Math.max(0, now.value - at))}</>;
}

/** The seconds until a moment, counted down. */
export function Seconds({ until }: { until: number }) {
  useEffect(countSeconds, []);
  return <>{t("seconds", { n: Math.max(0, Math.ceil((until - second.value) / 1000)) })}</>;
}
