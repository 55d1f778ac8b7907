import { ToolError } from "../errors.ts";
import type { Endpoint } from "./endpoints.ts";
import type { Session } from "./session.ts";

/**
 * Asks servers one after the other until one has an answer, as the engine does with mirrors. What a mirror could not do goes to
 * the log; the error is that of the last one, the registry itself, with the mirrors' in its detail.
 */
export async function firstAnswer<T>(
	session: Session,
	endpoints: readonly Endpoint[],
	ask: (endpoint: Endpoint) => Promise<T>,
): Promise<T> {
	const failures: string[] = [];
	for (const [index, endpoint] of endpoints.entries()) {
		try {
			return await ask(endpoint);
		} catch (error) {
			if (!(error instanceof ToolError)) throw error;
			if (index === endpoints.length - 1) throw withMirrors(error, failures);
			failures.push(`mirror ${endpoint.host}: ${error.message}`);
			session.log(`${failures.at(-1)}; asking the next one`);
		}
	}
	throw new ToolError("invalid", "There is no registry to ask", { hint: "Name an image." });
}

function withMirrors(error: ToolError, failures: readonly string[]): ToolError {
	if (failures.length === 0) return error;
	const detail = [...(error.detail === undefined ? [] : [error.detail]), ...failures].join("\n");
	return new ToolError(error.kind, error.message, { ...(error.hint === undefined ? {} : { hint: error.hint }), detail });
}
