// The parts of wrangler.jsonc that a start without wrangler needs, so that local and deployed
// Workers have one configuration.

import { readFile } from "node:fs/promises";

/**
 * @param {URL} file
 * @returns {Promise<{ main: string, compatibilityDate: string, vars: Record<string, string>,
 * r2Buckets: Record<string, string>, d1Databases: Record<string, string>,
 *   queueProducers: Record<string, string>, queueConsumers: Record<string, object>,
 *   durableObjects: Record<string, { className: string, useSQLite: boolean }>,
 *   assets?: { directory: string, binding?: string, routerConfig: object, assetConfig: object } }>}
 */
export async function readWranglerConfig(file) {
  const config = JSON.parse(withoutComments(await readFile(file, "utf8")));
  const { assets } = config;
  const bindings = config.durable_objects?.bindings ?? [];
  const { producers = [], consumers = [] } = config.queues ?? {};
  const sqlite = new Set((config.migrations ?? []).flatMap((step) => step.new_sqlite_classes ?? []));
  return {
    main: config.main,
    compatibilityDate: config.compatibility_date,
    vars: config.vars ?? {},
    r2Buckets: Object.fromEntries((config.r2_buckets ?? []).map(({ binding, bucket_name }) => [binding, bucket_name])),
    d1Databases: Object.fromEntries(
      (config.d1_databases ?? []).map(({ binding, database_name: name }) => [binding, name]),
    ),
    queueProducers: Object.fromEntries(producers.map(({ binding, queue }) => [binding, queue])),
    queueConsumers: Object.fromEntries(
      consumers.map(({ queue, max_batch_size, max_batch_timeout, max_retries, dead_letter_queue }) => [
        queue,
        {
          ...(max_batch_size === undefined ? {} : { maxBatchSize: max_batch_size }),
          ...(max_batch_timeout === undefined ? {} : { maxBatchTimeout: max_batch_timeout }),
          ...(max_retries === undefined ? {} : { maxRetries: max_retries }),
          ...(dead_letter_queue === undefined ? {} : { deadLetterQueue: dead_letter_queue }),
        },
      ]),
    ),
    durableObjects: Object.fromEntries(
      bindings.map(({ name, class_name: className }) => [name, { className, useSQLite: sqlite.has(className) }]),
    ),
    ...(assets === undefined
      ? {}
      : {
          assets: {
            directory: assets.directory,
            ...(assets.binding === undefined ? {} : { binding: assets.binding }),
            routerConfig: { has_user_worker: true, ...workerFirst(assets.run_worker_first ?? false) },
            assetConfig: {
              ...(assets.html_handling === undefined ? {} : { html_handling: assets.html_handling }),
              ...(assets.not_found_handling === undefined ? {} : { not_found_handling: assets.not_found_handling }),
            },
          },
        }),
  };
}

/**
 * `true`, or the paths that go to the Worker before any file is looked up; those with "!" never do.
 */
function workerFirst(value) {
  if (!Array.isArray(value)) return { invoke_user_worker_ahead_of_assets: value };
  const assetPaths = value.filter((path) => path.startsWith("!")).map((path) => path.slice(1));
  return {
    static_routing: {
      user_worker: value.filter((path) => !path.startsWith("!")),
      ...(assetPaths.length === 0 ? {} : { asset_worker: assetPaths }),
    },
  };
}

/** JSON with comments and trailing commas to JSON; what stands in strings stays. */
export function withoutComments(text) {
  return text
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string) => string ?? "")
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string) => string ?? "");
}
