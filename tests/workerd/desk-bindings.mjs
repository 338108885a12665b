/** What a desk's Worker is bound to in workerd: its database, its queues and its objects. */
import { join } from "node:path";

/** Returns the bindings; what they keep lies in a folder, and outlives the Worker. */
export const deskBindings = (folder) => ({
  d1Databases: { DB: "desk" },
  d1Persist: join(folder, "d1"),
  durableObjects: { DESK_OBJECTS: { className: "DeskObject", useSQLite: true } },
  durableObjectsPersist: join(folder, "do"),
  queueProducers: { DESK_QUEUE: "desk", DEAD: "desk-dead-letters" },
  queueConsumers: {
    desk: { maxBatchSize: 10, maxBatchTimeout: 0.05, maxRetries: 0, deadLetterQueue: "desk-dead-letters" },
    "desk-dead-letters": { maxBatchTimeout: 0.05 },
  },
});
