// kafkajs is CommonJS, and Node finds only some of its names as named exports.
import kafkajs, { type PartitionAssigner } from "kafkajs";
import { encodeMemberNote } from "./member-note.ts";

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

/**
 * Deals the partitions of each topic to those members in turn that subscribe to it. kafkajs's own assigner deals those of the
 * leader's topics to all: while one member knows a new topic and the other does not, it goes to nobody, or to one that does not
 * read it. It has that one's name, so that members of both are of one group. With its subscription a member sends
 * its note, which Kafka keeps and shows.
 */
export const assignPartitions: PartitionAssigner = ({ cluster }) => ({
  name: "RoundRobinAssigner",
  version: 0,
  async assign({ members }) {
    const readers = readersOf(members);
    await cluster.addMultipleTargetTopics([...readers.keys()]);
    const assigned = new Map(members.map(({ memberId }) => [memberId, emptyAssignment()]));
    let turn = 0;
    for (const [topic, memberIds] of readers) {
      for (const { partitionId } of cluster.findTopicPartitionMetadata(topic)) {
        const assignment = assigned.get(memberIds[turn++ % memberIds.length] as string) as Assignment;
        assignment[topic] = [...(assignment[topic] ?? []), partitionId];
      }
    }
    return Array.from(assigned, ([memberId, assignment]) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({ version: 0, assignment, userData: Buffer.alloc(0) }),
    }));
  },
  protocol: ({ topics }) => ({
    name: "RoundRobinAssigner",
    metadata: MemberMetadata.encode({ version: 0, topics, userData: encodeMemberNote() }),
  }),
});

type Assignment = Record<string, number[]>;

/** Topics may have any name. */
const emptyAssignment = (): Assignment => Object.create(null);

/** Topic -> the members that subscribe to it, both in an order that does not depend on who joined first. */
function readersOf(
  members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[],
): ReadonlyMap<string, readonly string[]> {
  const subscriptions = members.flatMap(({ memberId, memberMetadata }) =>
    (MemberMetadata.decode(memberMetadata)?.topics ?? []).map((topic) => ({ topic, memberId })),
  );
  subscriptions.sort((a, b) => compare(a.topic, b.topic) || compare(a.memberId, b.memberId));
  const readers = new Map<string, string[]>();
  for (const { topic, memberId } of subscriptions) {
    const found = readers.get(topic);
    if (found === undefined) readers.set(topic, [memberId]);
    else found.push(memberId);
  }
  return readers;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
