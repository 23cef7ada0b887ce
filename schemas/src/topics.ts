/** The span log's topics; the same names on Kafka and embedded. */
export const TOPICS = {
  spans: 'spanledger.spans.v1',
  logs: 'spanledger.logs.v1',
  deadLetters: 'spanledger.dead-letters.v1',
} as const;

export type TopicName = (typeof TOPICS)[keyof typeof TOPICS];
