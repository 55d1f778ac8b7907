import { readList, readOptionalText, readText } from "../core/json/values.ts";
import type { Command } from "../tools/command.ts";
import { explainDocker } from "../tools/dockerErrors.ts";
import { isCancellation } from "../tools/errors.ts";
import { readJson, readJsonLines } from "../tools/json.ts";
import { engineBuilder } from "./builder.ts";
import type { OperationContext } from "./context.ts";

/** Older records are not looked at: each look takes a quarter of a second. */
const MOST_RECORDS = 8;

function history(builder: string, args: readonly string[]): Command {
	return {
		tool: "docker",
		args: ["buildx", "--builder", builder, "history", ...args],
		timeoutMs: 30_000,
		outputLimit: 50_000_000,
		explain: explainDocker,
	};
}

/**
 * The provenance in maximum mode that the builder keeps of each build, whatever the build asked for: how an image that
 * somebody built in a terminal gets exact lines. Undefined if none of the last builds made the image.
 * @param digests of index and manifest
 */
export async function recordedProvenance(context: OperationContext, digests: ReadonlySet<string>): Promise<unknown> {
	try {
		const builder = await engineBuilder(context);
		for (const reference of await lastBuilds(context, builder)) {
			if (!(await made(context, builder, reference, digests))) continue;
			const { stdout } = await context.run(history(builder, ["inspect", "attachment", reference, "--type=provenance"]));
			return readJson("buildx", stdout, (root) => root.value);
		}
	} catch (error) {
		if (isCancellation(error)) throw error;
		context.log(`The builder's records cannot be read: ${error instanceof Error ? error.message : String(error)}`);
	}
	return undefined;
}

/** The builds that succeeded, newest first. */
async function lastBuilds(context: OperationContext, builder: string): Promise<readonly string[]> {
	const { stdout } = await context.run(history(builder, ["ls", "--format=json"]));
	const records = readJsonLines("buildx", stdout, (root) => ({
		reference: readText(root, "ref").split("/").pop() ?? "",
		status: readOptionalText(root, "status"),
		created: readOptionalText(root, "created_at") ?? "",
	}));
	return records
		.filter(({ reference, status }) => status === "Completed" && /^[a-z0-9]+$/.test(reference))
		.sort((a, b) => (a.created < b.created ? 1 : -1))
		.slice(0, MOST_RECORDS)
		.map(({ reference }) => reference);
}

async function made(context: OperationContext, builder: string, reference: string, digests: ReadonlySet<string>): Promise<boolean> {
	const { stdout } = await context.run(history(builder, ["inspect", reference, "--format=json"]));
	return readJson("buildx", stdout, (root) =>
		readList(root, "Attachments").some((attachment) => digests.has(readOptionalText(attachment, "Digest") ?? "")),
	);
}
