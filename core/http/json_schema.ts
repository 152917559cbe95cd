/** The part of JSON Schema 2020-12 that the API's description uses. */
export type JsonSchema = {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
};

/** An object with exactly these properties, all of them always there. */
export function objectSchema(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

export function arraySchema(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

/** The same schema, or null. */
export function nullable(schema: JsonSchema & { readonly type: string }): JsonSchema {
  return { ...schema, type: [schema.type, "null"] };
}

export const STRING: JsonSchema & { type: string } = { type: "string" };
export const INTEGER: JsonSchema & { type: string } = { type: "integer" };
export const TIME: JsonSchema & { type: string } = { type: "string", format: "date-time" };
export const OBJECT: JsonSchema & { type: string } = { type: "object" };
