import { child, type JsonValue, readEntries, readList, readOptionalText, readTexts } from "../json/values.ts";
import type { HistoryEntry, ImageConfig } from "./image.ts";

/**
 * The `config` object of an image configuration (OCI image-spec 1.1, which Docker and Trivy print alike).
 * @param history stands beside `config`, not in it
 * @throws JsonError where a field that is used has another type
 */
export function readImageConfig(config: JsonValue, history: readonly HistoryEntry[]): ImageConfig {
	return {
		user: readOptionalText(config, "User") || undefined,
		entrypoint: readTexts(config, "Entrypoint"),
		command: readTexts(config, "Cmd"),
		environment: readTexts(config, "Env"),
		exposedPorts: readEntries(child(config, "ExposedPorts")).map(([port]) => port),
		labels: Object.fromEntries(
			readEntries(child(config, "Labels")).flatMap(([name, value]) => (typeof value.value === "string" ? [[name, value.value]] : [])),
		),
		workdir: readOptionalText(config, "WorkingDir") || undefined,
		history,
	};
}

/** The `history` list of an image configuration, the oldest entry first. @throws JsonError as above */
export function readHistory(document: JsonValue): readonly HistoryEntry[] {
	return readList(document, "history").map((entry) => ({
		createdBy: readOptionalText(entry, "created_by") ?? "",
		emptyLayer: child(entry, "empty_layer").value === true,
		comment: readOptionalText(entry, "comment"),
	}));
}
