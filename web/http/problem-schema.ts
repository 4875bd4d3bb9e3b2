import Type from "typebox";

/** RFC 9457 problem details. https://www.rfc-editor.org/rfc/rfc9457 */
export const problemSchema = Type.Object(
  {
    type: Type.String({ format: "uri-reference", description: "Where the kind of problem is explained" }),
    title: Type.String({ description: "The kind in words" }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: "What is wrong this time" }),
    instance: Type.String({ format: "uri", description: "This occurrence, as the service's log names it" }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            field: Type.String(),
            message: Type.String(),
            definition: Type.Optional(
              Type.Integer({ minimum: 0, description: "Which of the definitions that were sent" }),
            ),
            pointer: Type.Optional(
              Type.String({ format: "json-pointer", description: "Where in the definition" }),
            ),
            line: Type.Optional(
              Type.Unsafe<number | null>({
                type: ["integer", "null"],
                minimum: 1,
                description: "Where in the body; null where nothing of the place is in it",
              }),
            ),
          },
          { additionalProperties: false, required: ["field", "message"] },
        ),
        { description: "Every bad field of the request" },
      ),
    ),
    dependency: Type.Optional(
      Type.Enum(["PostgreSQL", "Redis", "Kafka"], { description: "What is not available" }),
    ),
    runStatus: Type.Optional(Type.String({ description: "The status that forbids the command" })),
    datasetStatus: Type.Optional(
      Type.String({ description: "The status of the dataset whose runs forbid the command" }),
    ),
  },
  { title: "Problem", additionalProperties: false },
);
