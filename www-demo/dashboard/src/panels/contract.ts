/** What the panel of a marketplace may have. */
import type { ComponentType } from "preact";
import type { DeskAction, DeskChoice, DeskRead } from "seller-tickets/desk";

export interface SideProps {
  read: DeskRead;
  account: string;
}

/** The question of an action that needs more than a text and a choice. */
export interface AskProps {
  read: DeskRead;
  choice: DeskChoice;
  onClose: () => void;
}

export interface NewProps {
  account: string;
}

export interface Panel {
  /** Stands above the order. */
  Side?: ComponentType<SideProps>;
  /** Shows what an action does to money, in the question before it. */
  Money?: ComponentType<AskProps>;
  /** Asks before an action. */
  asks?: Partial<Record<DeskAction, ComponentType<AskProps>>>;
  /** Writes something new in the account. */
  New?: ComponentType<NewProps>;
}
