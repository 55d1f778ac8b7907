import { BlockList, isIP } from "node:net";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Networks that are not the internet: private, link-local (cloud metadata lives there), shared and unspecified. Source: RFC 6890. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
	["0.0.0.0", 8],
	["10.0.0.0", 8],
	["100.64.0.0", 10],
	["169.254.0.0", 16],
	["172.16.0.0", 12],
	["192.168.0.0", 16],
] as const)
	PRIVATE.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
	["::", 128],
	["fc00::", 7],
	["fe80::", 10],
] as const)
	PRIVATE.addSubnet(network, prefix, "ipv6");

/** Whether a host name, as `URL.hostname` gives it, is this computer. Names are not resolved. */
export function isLoopback(hostname: string): boolean {
	const name = plainHost(hostname);
	return name === "localhost" || name.endsWith(".localhost") || inList(LOOPBACK, name);
}

/** Whether a host name is an address of this computer or of a private network. Names are not resolved. */
export function isPrivate(hostname: string): boolean {
	return isLoopback(hostname) || inList(PRIVATE, plainHost(hostname));
}

/**
 * Why an address that a registry sends us to (a redirect, a token service) is not followed; undefined if it may be.
 * It must be https and public. Only a registry that is itself asked over plain http may name an http address, and only one
 * on the same host; the same goes for addresses of this computer and of private networks.
 */
export function refusalToFollow(from: URL, to: URL): string | undefined {
	if (to.username !== "" || to.password !== "") return "an address with a password in it";
	const same = from.hostname === to.hostname || (isLoopback(from.hostname) && isLoopback(to.hostname));
	if (to.protocol !== "https:" && !(to.protocol === "http:" && from.protocol === "http:" && same))
		return `${hostOf(to)}, which is not https`;
	return same || !isPrivate(to.hostname) ? undefined : `${hostOf(to)}, an address of a private network`;
}

function hostOf(url: URL): string {
	return url.host === "" ? "another kind of address" : url.host;
}

function plainHost(hostname: string): string {
	const name = hostname.toLowerCase();
	if (name.startsWith("[")) return name.slice(1, -1);
	return name.endsWith(".") ? name.slice(0, -1) : name;
}

function inList(list: BlockList, address: string): boolean {
	const version = isIP(address);
	return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
}
