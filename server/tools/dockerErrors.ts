import type { CommandOutput, Explanation } from "./command.ts";

const START = "Start Docker; if it runs elsewhere, check DOCKER_HOST and `docker context ls`";

/**
 * What the docker command line, buildx and the Docker client inside scanners print when they cannot do something.
 * Undefined for what is not known. Wording: docker/cli 28.5, moby/moby client 29, buildx 0.29 to 0.36.
 */
export function explainDocker(output: CommandOutput): Explanation | undefined {
	return explainDockerText(`${output.stderr}\n${output.stdout.slice(0, 4000)}`);
}

/** The same for a text. */
export function explainDockerText(text: string): Explanation | undefined {
	return daemonTrouble(text) ?? pluginTrouble(text) ?? registryTrouble(text) ?? machineTrouble(text);
}

/** That nobody answers on the engine's socket, or that we may not talk to it. */
export function daemonTrouble(text: string): Explanation | undefined {
	const denied = text.includes("permission denied while trying to connect to the");
	if (denied) {
		return {
			kind: "denied",
			message: "You may not talk to Docker's engine",
			hint: "Add yourself to the group `docker` and log in again, or use rootless Docker: https://docs.docker.com/engine/install/linux-postinstall/",
		};
	}
	if (/rpc error: code = Unavailable|error reading from server/.test(text)) {
		return { kind: "unreachable", message: "Docker's engine stopped answering", hint: START };
	}
	const address = daemonAddress(text);
	if (address === undefined) return undefined;
	return { kind: "unreachable", message: `Docker's engine does not answer${address === "" ? "" : ` at ${address}`}`, hint: START };
}

/** The address in a complaint about the engine; the empty text where none is named; undefined where there is no complaint. */
function daemonAddress(text: string): string | undefined {
	const named =
		/Cannot connect to the Docker daemon at (\S+?)\. Is the docker daemon running/.exec(text) ??
		/failed to connect to the docker API at ([^\s;]+)/.exec(text) ??
		/error during connect: [^\n]{0,400}?open (\/\/\.\/pipe\/\S+?):/.exec(text);
	if (named !== null) return named[1] ?? "";
	const unnamed = ["Cannot connect to the Docker daemon", "error during connect:", "Is the docker daemon running"];
	return unnamed.some((words) => text.includes(words)) ? "" : undefined;
}

function pluginTrouble(text: string): Explanation | undefined {
	if (!text.includes("unknown command: docker buildx") && !text.includes("'buildx' is not a docker command")) return undefined;
	return {
		kind: "notFound",
		message: "Docker Buildx was not found; it is needed to build images",
		hint: "Install the plug-in: https://github.com/docker/buildx#installing",
	};
}

const LOGIN = "Log in with `docker login` for that registry, and check the name";

const REGISTRY_TROUBLE: readonly (readonly [RegExp, Explanation])[] = [
	[
		/toomanyrequests|429 Too Many Requests|TOOMANYREQUESTS/,
		{ kind: "rateLimited", message: "The registry allows no more requests now", hint: "Wait, or log in with `docker login`" },
	],
	[
		/pull access denied|denied: requested access|unauthorized|UNAUTHORIZED|insufficient_scope|no basic auth credentials|\bDENIED\b|403 Forbidden|401 Unauthorized/,
		{ kind: "denied", message: "The registry refuses access", hint: LOGIN },
	],
	[
		/x509:|certificate signed by unknown authority|tls: failed to verify/,
		{
			kind: "unreachable",
			message: "The registry's certificate is not trusted",
			hint: "Make its authority known to Docker and to the system",
		},
	],
	[
		/no such host|connection refused|i\/o timeout|network is unreachable|TLS handshake timeout|connection reset by peer|dial tcp/,
		{ kind: "unreachable", message: "The registry does not answer", hint: "Check the network, the proxy and the name of the registry" },
	],
];

/** What a registry, or the way to it, refuses. */
export function registryTrouble(text: string): Explanation | undefined {
	const found = REGISTRY_TROUBLE.find(([pattern]) => pattern.test(text));
	if (found === undefined) return undefined;
	const [pattern, explanation] = found;
	const line = text.split("\n").find((candidate) => pattern.test(candidate)) ?? "";
	return { ...explanation, message: `${explanation.message}: ${causeOf(line)}` };
}

function machineTrouble(text: string): Explanation | undefined {
	if (!text.includes("no space left on device")) return undefined;
	return { kind: "failed", message: "The disk is full", hint: "Free some space, for example with `docker system prune`" };
}

const WRAPPERS = ["ERROR: ", "failed to build: ", "failed to solve: ", "Error response from daemon: ", "error: "];

/** A tool's complaint without the words that every complaint begins with; at most 300 characters. */
export function causeOf(line: string): string {
	let cause = line.trim();
	for (let wrapper = WRAPPERS.find((words) => cause.startsWith(words)); wrapper !== undefined; ) {
		cause = cause.slice(wrapper.length);
		wrapper = WRAPPERS.find((words) => cause.startsWith(words));
	}
	return cause.length <= 300 ? cause : `${cause.slice(0, 299)}…`;
}
