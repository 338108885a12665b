import type { Locale } from "../words/catalogue.js";
import { language } from "../words/language.js";

/**
 * French. "Ticket", "remboursement" and "retour" are the words of Kaufland's seller portal in
 * French as far as its guide shows them; all others are chosen here. People are addressed with
 * "vous".
 */
export const locale: Locale = /* @__PURE__ */ language({
  tag: "fr",
  violations: {
    required: "Veuillez remplir ce champ[, puisque {given field} est indiqué].",
    too_short: "Veuillez écrire au moins {min characters}. Pour l’instant : {length characters}.",
    too_long: "C’est trop long : {length characters}. Le maximum est de {max characters}.",
    too_few_items: "Veuillez choisir au moins {min items}. Pour l’instant : {length items}.",
    too_many_items: "Il y en a trop : {length items}. Le maximum est de {max items}.",
    not_digits: "« {value} » n’est pas composé uniquement de chiffres. Veuillez copier à nouveau le numéro.",
    too_many_digits: "Ce numéro est trop long : {length digits}. Le maximum est de {max digits}.",
    not_an_integer: "Veuillez saisir un nombre entier.",
    not_a_decimal: "« {value} » n’est pas un montant. Veuillez l’écrire en chiffres avec un point : 12.50.",
    too_many_decimals: "{value decimal} est trop précis. Le maximum est de {max decimals}.",
    out_of_range: "{value} n’est pas possible ici. Veuillez choisir un nombre [de {min} à {max}|à partir de {min}].",
    percent_out_of_range: "{value percent} n’est pas possible ici. Veuillez choisir de {min percent} à {max percent}.",
    zero_amount: "Un montant de {value decimal} ne peut pas être remboursé. Veuillez en saisir un plus élevé.",
    duplicate: "{value} figure deux fois dans la liste. Veuillez en retirer un.",
    unknown_value: "« {value} » ne peut pas être choisi ici. Veuillez choisir l’une des valeurs proposées.",
    invalid_id: "« {value} » n’est pas un numéro valable. Veuillez le copier à nouveau.",
    wrong_type: "Cette valeur ne convient pas ici. Veuillez la vérifier.",
    invalid_path_segment: "Ce numéro contient des caractères impossibles. Veuillez le copier à nouveau.",
    invalid_key:
      "Cette clé contient une espace ou un autre caractère que les clés n’ont pas. Veuillez la copier à nouveau.",
    invalid_receipt: "« {value} » n’est pas un numéro de reçu. Veuillez le copier à nouveau depuis la commande.",
    leading_wildcard:
      "« {value} » commence par un caractère générique. Veuillez commencer par des caractères du numéro de reçu.",
    invalid_email: "« {value} » n’est pas une adresse e-mail. Veuillez en saisir exactement une.",
    invalid_url: "« {value} » n’est pas une adresse utilisable ici. Veuillez la saisir en entier, avec https://.",
    invalid_date: "« {value} » n’est pas une date du calendrier.",
    invalid_date_time: "« {value} » n’est pas une date avec une heure.",
    invalid_holiday: "« {value} » n’est pas un jour férié. Veuillez saisir le jour et le mois.",
    range_reversed: "La période finit avant de commencer. Veuillez échanger ce champ et {other field}.",
    range_too_long:
      "La période est trop longue : {length days}, à compter de {other field}. Le maximum est de {max days}.",
    reason_of_other_type: "Ce motif ne correspond pas à ce type de ticket. Veuillez en choisir un autre.",
    refund_only: "Cela ne concerne que les remboursements. Veuillez le laisser vide ou choisir un remboursement.",
    partial_only:
      "Cela ne concerne que les remboursements partiels. Veuillez le laisser vide pour un remboursement total.",
    no_partial_refund:
      "Un ticket qui devient un remboursement est remboursé en totalité. Veuillez laisser ce champ vide.",
    change_only: "Le type ne peut être modifié qu’avec l’action prévue pour cela. Veuillez laisser ce champ vide.",
    url_too_long:
      "Au total, c’est trop long : {length characters}. Le maximum est de {max characters}.[ Du texte, seul le début peut être envoyé : {fits characters}.]",
    more_violations: "Il y a d’autres erreurs qui ne figurent pas ici : {more mistakes}.",
    not_later: "Ce moment est déjà passé. Veuillez en choisir un plus tard.",
    action_not_allowed: "Ce n’est pas possible pour ce ticket dans son état actuel. Veuillez recharger le ticket.",
    files_required: "Ce motif exige des photos. Veuillez en ajouter au moins une pour chaque produit.",
    too_many_files: "Il y a trop de fichiers : {length files}. Le maximum est de {max files}.",
    file_missing: "{file} manque. Veuillez choisir à nouveau ce fichier.",
    file_unreadable: "{file} n’a pas pu être lu. Veuillez choisir à nouveau ce fichier.",
    empty_file: "{file} est vide. Veuillez choisir un autre fichier.",
    file_too_large: "{file} est trop volumineux : {size bytes}. Le maximum est de {max bytes}.",
    too_large: "C’est trop volumineux pour être envoyé[: {size bytes}].[ Le maximum est de {max bytes}.]",
    invalid_filename: "« {value} » n’est pas un nom de fichier.[ Un nom possible est « {safe} ».]",
    duplicate_filename: "« {value} » est le nom de deux fichiers. Veuillez renommer l’un d’eux.",
    mime_type_mismatch:
      "{file} est {found kind}, mais a été indiqué comme {declared kind}. Veuillez choisir un autre fichier.",
    filename_mismatch:
      "{file} est {found kind}, mais porte le nom d’un autre type : {declared kind}.[ Veuillez le renommer pour qu’il se termine par « .{ending} ».]",
    mime_type_not_allowed:
      "Ce fichier est indiqué comme {value kind}. {marketplace} accepte ces fichiers : {known kinds}.",
    unknown_file_type:
      "{file} est d’un type qui n’est pas reconnu. {marketplace} accepte ces fichiers : {allowed kinds}.",
    file_type_not_allowed: "{file} est {found kind}. {marketplace} accepte ces fichiers : {allowed kinds}.",
  },
  rule: "Cela n’est pas accepté tel quel. Veuillez vérifier.",
  program:
    "L’erreur ne vient pas de vous : le programme a envoyé quelque chose de faux. Veuillez prévenir ses responsables.",
  labelled: "{label} : {words}",
  kinds: {
    validation: "Certaines de vos données ne sont pas acceptées. Veuillez les vérifier.",
    configuration: "Le programme n’est pas configuré correctement. Veuillez prévenir ses responsables.",
    authentication: "{marketplace} n’accepte pas cette connexion. Veuillez vous reconnecter ou faire vérifier l’accès.",
    forbidden: "{marketplace} ne le permet pas à ce compte.",
    not_found: "{marketplace} n’a pas ce que vous cherchez. Cela a peut-être été supprimé.",
    conflict: "{marketplace} ne le permet pas dans l’état actuel du ticket. Veuillez ouvrir à nouveau le ticket.",
    rate_limited: "Il y a trop de demandes en ce moment. Veuillez réessayer [{retryAfterMs in}|un peu plus tard].",
    rejected: "{marketplace} a refusé cela.",
    server: "{marketplace} rencontre un problème en ce moment.",
    network: "{marketplace} est resté injoignable, ou la connexion a été perdue.",
    timeout: "{marketplace} n’a pas répondu à temps.",
    aborted: "Cela a été arrêté avant la fin.",
    decode: "{marketplace} a envoyé une réponse illisible.",
  },
  errors: {
    already_read: "Ce fichier a déjà été chargé. Veuillez l’ouvrir à nouveau.",
    body_broken: "Un fichier n’a pas pu être lu jusqu’au bout. Veuillez le choisir à nouveau.",
    edge_page: "{marketplace} est injoignable en ce moment.",
    no_connection: "Trop de choses sont chargées en même temps.",
    no_file: "Ce fichier n’existe plus.",
    no_turn: "Il y avait trop à faire avant cela.",
    not_allowed: "Vous ne pouvez pas faire cela avec ce compte. Veuillez en demander le droit.",
    not_authorized: "Vous n’êtes pas connecté à ce compte. Veuillez vous connecter.",
    not_resumable: "Les fichiers manquants ne sont plus disponibles. Veuillez les choisir à nouveau.",
    not_stored: "Le fichier n’a pas pu être enregistré.",
    tokens_refused: "{marketplace} ne renouvelle pas cette connexion. Veuillez connecter à nouveau le compte.",
    store_failed: "Les tickets enregistrés n’ont pas pu être lus.",
    ticket_changed: "Le ticket a changé depuis que vous l’avez lu. Veuillez le relire.",
    too_late: "Il n’est plus possible de revenir en arrière.",
    unknown_letter: "Ce message ne se trouve pas ici, ou vous n’y avez pas accès.",
    unknown_ticket: "Ce ticket ne se trouve pas ici, ou vous n’y avez pas accès.",
  },
  finals: {
    no_ticket_id: "Le ticket a été créé, mais son numéro n’est pas encore connu. Veuillez le chercher dans la liste.",
    nonce_store_failed: "Il n’est pas certain que cela ait été envoyé. Veuillez consulter le ticket avant de renvoyer.",
    repeated_request:
      "Cela est arrivé deux fois, et la première compte. Veuillez consulter le ticket avant de renvoyer.",
    transaction_cancelled: "{marketplace} a annulé cela. Veuillez chercher le ticket avant de le créer à nouveau.",
    transaction_failed: "{marketplace} n’a pas pu exécuter cela. Rien n’a été enregistré.",
    transaction_pending: "{marketplace} a reçu cela et y travaille encore. Veuillez revenir plus tard.",
    uploads_incomplete: "Votre message a été reçu, mais pas tous ses fichiers. Veuillez renvoyer ceux qui manquent.",
  },
  failure: "Une erreur s’est produite.",
  sent: {
    no: "Rien n’a été envoyé.",
    maybe: "Il n’est pas certain que cela ait été reçu. Veuillez consulter le ticket avant de renvoyer.",
    yes: "Cela a été reçu ; veuillez donc ne pas renvoyer.",
  },
  again: "Veuillez réessayer plus tard.",
  nouns: {
    characters: { one: "caractère", other: "caractères" },
    digits: { one: "chiffre", other: "chiffres" },
    decimals: { one: "décimale", other: "décimales" },
    items: { one: "élément", other: "éléments" },
    files: { one: "fichier", other: "fichiers" },
    days: { one: "jour", other: "jours" },
    mistakes: { one: "erreur", other: "erreurs" },
  },
  files: {
    picture: "une image {name}",
    video: "une vidéo {name}",
    file: "un fichier {name}",
    other: "un fichier d’un autre type",
    pictures: "images",
    text: "texte",
  },
  missing: { file: "Le fichier", marketplace: "La place de marché" },
  field: "l’autre extrémité",
});

export default locale;
