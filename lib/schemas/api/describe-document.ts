import { isProblemName, type ProblemName } from "./problems";

type Json = { readonly [key: string]: unknown };

export type DescribedField = {
  readonly name: string;
  /** "string", "array of Attempt", "one of a, b" … */
  readonly type: string;
  /** A schema with a place of its own on the page. */
  readonly schema: string | null;
  readonly required: boolean;
  readonly description: string;
  /** "5 to 604800", "at most 100 characters", "default inherit" … */
  readonly limits: readonly string[];
  readonly example: string | null;
};

export type DescribedSchema = {
  readonly name: string;
  readonly description: string;
  readonly fields: readonly DescribedField[];
};

export type DescribedResponse = {
  readonly status: string;
  readonly description: string;
  readonly schema: string | null;
  readonly headers: readonly DescribedField[];
  readonly problems: readonly ProblemName[];
  readonly example: string | null;
};

export type DescribedOperation = {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly (DescribedField & { readonly in: string })[];
  readonly body: {
    readonly schema: string | null;
    readonly examples: readonly { readonly title: string; readonly text: string }[];
  } | null;
  readonly responses: readonly DescribedResponse[];
};

export type DescribedDocument = {
  readonly operations: readonly DescribedOperation[];
  readonly schemas: readonly DescribedSchema[];
};

/** The OpenAPI document as the reference page shows it: flat lists, with links between schemas instead of nesting. */
export function describeDocument(document: Json): DescribedDocument {
  const operations = Object.entries(json(document.paths)).flatMap(([path, item]) =>
    Object.entries(json(item)).map(([method, operation]) => describeOperation(method, path, json(operation))),
  );
  const schemas = Object.entries(json(json(document.components).schemas));
  return { operations, schemas: schemas.map(([name, schema]) => describeSchema(name, json(schema))) };
}

function describeOperation(method: string, path: string, operation: Json): DescribedOperation {
  const body = operation.requestBody === undefined ? null : mediaOf(json(operation.requestBody).content);
  return {
    id: text(operation.operationId),
    method: method.toUpperCase(),
    path,
    summary: text(operation.summary),
    description: text(operation.description),
    parameters: list(operation.parameters).map((parameter) => ({
      ...describeField(text(parameter.name), json(parameter.schema), parameter.required === true),
      in: text(parameter.in),
    })),
    body:
      body === null
        ? null
        : {
            schema: refOf(json(body.schema)),
            examples: Object.values(json(body.examples)).map((example) => ({
              title: text(json(example).summary),
              text: pretty(json(example).value),
            })),
          },
    responses: Object.entries(json(operation.responses)).map(([status, response]) =>
      describeResponse(status, json(response)),
    ),
  };
}

function describeResponse(status: string, response: Json): DescribedResponse {
  const media = mediaOf(response.content);
  const headers = Object.entries(json(response.headers)).map(([name, header]) =>
    describeField(
      name,
      { ...json(json(header).schema), description: json(header).description ?? json(json(header).schema).description },
      true,
    ),
  );
  return {
    status,
    description: text(response.description),
    schema: media === null ? null : refOf(json(media.schema)),
    headers,
    problems: Object.keys(json(media?.examples)).filter(isProblemName),
    example: media?.example === undefined ? null : pretty(media.example),
  };
}

function describeSchema(name: string, schema: Json): DescribedSchema {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fields = Object.entries(json(schema.properties));
  return {
    name,
    description: text(schema.description),
    fields: fields.map(([field, rule]) => describeField(field, json(rule), required.includes(field))),
  };
}

function describeField(name: string, schema: Json, required: boolean): DescribedField {
  return {
    name,
    type: typeOf(schema),
    schema: refIn(schema),
    required,
    description: text(schema.description),
    limits: limitsOf(schema),
    example: schema.example === undefined || schema.example === null ? null : compact(schema.example),
  };
}

function typeOf(schema: Json): string {
  const ref = refOf(schema);
  if (ref !== null) return ref;
  const variants = variantsOf(schema);
  if (variants.length > 0) return variants.map(typeOf).join(" or ");
  if (Array.isArray(schema.enum))
    return schema.enum.map((value) => (value === null ? "null" : JSON.stringify(value))).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const types = [schema.type]
    .flat()
    .map((type) => (type === "array" ? `array of ${typeOf(json(schema.items))}` : text(type)));
  const values = schema.additionalProperties;
  return types
    .map((type) => (type === "object" && typeof values === "object" ? "object of strings" : type))
    .join(" or ");
}

function variantsOf(schema: Json): readonly Json[] {
  return list(schema.anyOf ?? schema.oneOf ?? schema.allOf);
}

/** The first schema of its own that a field leads to, however wrapped. */
function refIn(schema: Json): string | null {
  const own = refOf(schema);
  if (own !== null) return own;
  for (const inner of [...variantsOf(schema), json(schema.items)]) {
    const ref = Object.keys(inner).length === 0 ? null : refIn(inner);
    if (ref !== null) return ref;
  }
  return null;
}

function limitsOf(schema: Json): readonly string[] {
  const { minimum, maximum, minLength, maxLength } = schema;
  return [
    minimum !== undefined && maximum !== undefined && Number(maximum) < Number.MAX_SAFE_INTEGER
      ? `${text(minimum)} to ${text(maximum)}`
      : null,
    minLength !== undefined && Number(minLength) > 1 ? `at least ${text(minLength)} characters` : null,
    maxLength !== undefined ? `at most ${text(maxLength)} characters` : null,
    schema.default !== undefined ? `default ${compact(schema.default)}` : null,
    schema.format !== undefined ? text(schema.format) : null,
  ].filter((limit): limit is string => limit !== null);
}

function mediaOf(content: unknown): Json | null {
  const media = Object.values(json(content))[0];
  return media === undefined ? null : json(media);
}

function refOf(schema: Json): string | null {
  return typeof schema.$ref === "string" ? (schema.$ref.split("/").at(-1) ?? null) : null;
}

function json(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(json) : [];
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function compact(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
