import type { ImageMention } from "./mention.ts";
import { scalarMention, yamlDocuments, yamlEntries, yamlItems, yamlText, yamlValue } from "./yamlScalars.ts";

/** The images of a GitHub workflow: `container`, `services` and steps that are images (GitHub, "Workflow syntax"). */
export function workflowMentions(text: string): readonly ImageMention[] {
	const [document] = yamlDocuments(text);
	return yamlEntries(yamlValue(document?.contents, "jobs")).flatMap(([name, job]) => {
		const owner = `job ${name}`;
		const container = yamlValue(job, "container");
		const image = scalarMention(text, yamlText(container) === undefined ? yamlValue(container, "image") : container, owner);
		const services = yamlEntries(yamlValue(job, "services")).map(([service, value]) =>
			scalarMention(text, yamlValue(value, "image"), `service ${service} of ${owner}`),
		);
		const steps = yamlItems(yamlValue(job, "steps")).map((step) => scalarMention(text, yamlValue(step, "uses"), owner, "docker://"));
		return [image, ...services, ...steps].filter((mention) => mention !== undefined);
	});
}
