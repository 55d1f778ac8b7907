import { imageCardText } from "../core/report/imageCard.ts";
import { terminalText } from "../core/report/terminalText.ts";
import type { RegistryClient } from "../operations/registries.ts";
import { ToolError } from "../tools/errors.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { commandHost } from "./host.ts";
import type { Terminal } from "./terminal.ts";

/** `hullguard image digest`: the digest that a registry has for a reference; with `--platform` that of the platform's manifest. */
export async function imageDigestCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	return await withRegistry(terminal, async (registry, signal) => {
		const reference = call.operands[0] ?? "";
		const { platform } = call.options;
		const answer = { signal, notBefore: Date.now() };
		if (typeof platform !== "string") return `${(await registry.resolveDigest(reference, answer)).digest}\n`;
		const { platforms } = await registry.inspectImage(reference, answer);
		const found = platforms.find((entry) => entry.platform === platform);
		if (found !== undefined) return `${found.digest}\n`;
		throw new ToolError("notFound", `${reference} is not there for ${platform}`, {
			hint: `There is: ${platforms.map((entry) => entry.platform).join(", ")}.`,
		});
	});
}

/** `hullguard image inspect`: what a registry says of an image, without pulling it. */
export async function imageInspectCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	return await withRegistry(terminal, async (registry, signal) => {
		const { platform } = call.options;
		const inspected = await registry.inspectImage(call.operands[0] ?? "", {
			signal,
			notBefore: Date.now(),
			attached: true,
			...(typeof platform === "string" ? { platform } : {}),
		});
		return call.options["format"] === "json" ? `${JSON.stringify(inspected)}\n` : imageCardText(inspected, terminal.colors);
	});
}

/** `hullguard image tags`: the tags of an image's repository, in the registry's order. */
export async function imageTagsCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	return await withRegistry(terminal, async (registry, signal) => {
		const { tags, complete } = await registry.listTags(call.operands[0] ?? "", { signal });
		if (!complete) terminal.err(`The registry has more than these ${tags.length} tags.\n`);
		return call.options["format"] === "json"
			? `${JSON.stringify({ tags, complete })}\n`
			: tags.map((tag) => `${terminalText(tag)}\n`).join("");
	});
}

async function withRegistry(
	terminal: Terminal,
	ask: (registry: RegistryClient, signal: AbortSignal) => Promise<string>,
): Promise<ExitCode> {
	const { context, registries, images } = commandHost(terminal);
	await images.load();
	const registry = await registries.client(context, { useCredentials: true, mirrors: [], workspaceFolders: [] });
	const text = await ask(registry, terminal.signal);
	await images.flush();
	terminal.progress("");
	terminal.out(text);
	return EXIT.clean;
}
