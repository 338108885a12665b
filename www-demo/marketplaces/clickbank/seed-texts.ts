// What people write, by language and by what it is about. {product} is filled in.

import type { TicketType } from "./vocabulary.ts";

export type Language = "en" | "es" | "de";

interface Phrases {
  /** How the customer begins. */
  opening: Record<TicketType, string[]>;
  /** What the vendor answers. */
  answer: Record<TicketType, string[]>;
  followUp: string[];
  closing: string[];
  again: string;
}

export const PHRASES: Record<Language, Phrases> = {
  en: {
    opening: {
      REFUND: [
        "I bought {product} last week and it is not what the page promised. Please refund me.",
        "I was charged twice for {product}. I only need one, please send the other payment back.",
        "The download link for {product} never arrived. I would like my money back.",
      ],
      CANCEL: [
        "Please stop the monthly payments for {product}. I do not use it any more.",
        "I did not know that {product} is a subscription. Please cancel it.",
      ],
      TECH_SUPPORT: [
        "I can not log in to the member area of {product}. The password reset mail does not come.",
        "The second video of {product} stops after a minute. Is there another way to watch it?",
        "Which version of {product} do I need for an older tablet?",
      ],
    },
    answer: {
      REFUND: [
        "Thank you for writing. May I ask what you were missing in {product}? There is a bonus module that many overlook.",
        "I am sorry about the trouble. The refund is on its way and takes three to five working days.",
      ],
      CANCEL: ["Your subscription is cancelled. You can use {product} until the end of the paid month."],
      TECH_SUPPORT: [
        "I have set a new password for you, it is in a separate mail. Please tell me whether it works.",
        "Please try the link in another browser; the player of {product} needs a current one.",
      ],
    },
    followUp: ["Thank you, I will try that.", "It still does not work.", "Is there any news?"],
    closing: ["This is solved now. Thank you for your patience.", "Closed, since we did not hear from you again."],
    again: "I am sorry, but the problem is back.",
  },
  es: {
    opening: {
      REFUND: ["Compré {product} y no es lo que esperaba. Solicito el reembolso, por favor."],
      CANCEL: ["Quiero cancelar la suscripción de {product}. Gracias."],
      TECH_SUPPORT: ["No puedo descargar {product}: el enlace dice que ha caducado. ¿Pueden enviarme otro?"],
    },
    answer: {
      REFUND: ["Lamentamos que {product} no le haya gustado. El reembolso tarda de tres a cinco días."],
      CANCEL: ["La suscripción queda cancelada. No habrá más cargos."],
      TECH_SUPPORT: ["Le enviamos un enlace nuevo, válido durante siete días."],
    },
    followUp: ["Muchas gracias, ahora funciona.", "Todavía no he recibido nada."],
    closing: ["Damos el caso por resuelto. ¡Gracias!"],
    again: "Lo siento, el problema ha vuelto.",
  },
  de: {
    opening: {
      REFUND: ["Ich möchte {product} zurückgeben, es passt leider nicht zu meinem Rechner."],
      CANCEL: ["Bitte kündigen Sie mein Abo von {product}."],
      TECH_SUPPORT: ["Ich habe für {product} keinen Freischaltcode bekommen. Können Sie ihn noch einmal schicken?"],
    },
    answer: {
      REFUND: ["Das ist schade. Die Rückzahlung ist veranlasst und dauert drei bis fünf Werktage."],
      CANCEL: ["Das Abo ist beendet, es wird nichts mehr abgebucht."],
      TECH_SUPPORT: ["Der Code ist unterwegs. Bitte sehen Sie auch im Spam-Ordner nach."],
    },
    followUp: ["Danke, hat geklappt!", "Leider noch immer nichts."],
    closing: ["Damit ist das erledigt. Vielen Dank!"],
    again: "Leider ist das Problem wieder da.",
  },
};
