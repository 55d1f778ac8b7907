import { BlockList, isIP } from "node:net";
import { ToolError } from "../errors.ts";
import { isLoopback } from "./addresses.ts";

/** Which proxy stands before which address. */
export interface Proxies {
	/**
	 * The proxy for an address; undefined where it is asked directly. Addresses of this computer always are.
	 * @throws ToolError if the proxy's address cannot be used
	 */
	proxyFor(url: URL): URL | undefined;
}

/** What an editor knows of proxies: VS Code's `http.proxy`, `http.noProxy` and `http.proxySupport`. */
export interface ProxyWish {
	/** Address of the proxy; that of the environment where it is empty. */
	readonly proxy?: string;
	/** Hosts that are asked directly; those of the environment where there are none. */
	readonly without?: readonly string[];
	readonly off?: boolean;
}

/** For where nobody says anything of proxies. */
export const NO_PROXIES: Proxies = { proxyFor: () => undefined };

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in either case, as curl and Docker do; what the editor says goes before. A
 * proxy without a scheme speaks http.
 */
export function proxiesOf(environment: Readonly<Record<string, string | undefined>>, wish: ProxyWish = {}): Proxies {
	if (wish.off === true) return NO_PROXIES;
	const variable = (name: string): string => environment[name.toLowerCase()] || environment[name] || "";
	const secure = wish.proxy || variable("HTTPS_PROXY");
	const plain = wish.proxy || variable("HTTP_PROXY");
	if (secure === "" && plain === "") return NO_PROXIES;
	const exceptions = (wish.without ?? []).length > 0 ? (wish.without ?? []) : variable("NO_PROXY").split(/[\s,]+/);
	return {
		proxyFor(url) {
			const address = url.protocol === "https:" ? secure : plain;
			if (address === "" || isLoopback(url.hostname) || exceptions.some((exception) => isException(exception.trim(), url)))
				return undefined;
			return proxyAddress(address);
		},
	};
}

function proxyAddress(text: string): URL {
	try {
		const url = new URL(text.includes("://") ? text : `http://${text}`);
		if (url.protocol === "http:" || url.protocol === "https:") return url;
	} catch {
		// Said below.
	}
	// The text may have a password in it.
	throw new ToolError("invalid", "The proxy's address cannot be used: it must be an http or https address", {
		hint: "Check HTTPS_PROXY, and in the editor http.proxy.",
	});
}

/** `example.com` stands for its subdomains, too; `.example.com` for them alone; a port, an address or a network may be named. */
function isException(exception: string, url: URL): boolean {
	if (exception === "") return false;
	if (exception === "*") return true;
	const name = exception.toLowerCase();
	const host = url.hostname.toLowerCase();
	const plain = host.startsWith("[") ? host.slice(1, -1) : host;
	const version = isIP(plain);
	if (name === plain || name === host) return true;
	if (version !== 0 && name.includes("/")) return isInNetwork(plain, name, version === 4 ? "ipv4" : "ipv6");
	const colon = name.lastIndexOf(":");
	const port = colon > name.lastIndexOf("]") ? name.slice(colon + 1) : "";
	const bare = port === "" ? name : name.slice(0, colon);
	if (port !== "" && port !== (url.port || (url.protocol === "https:" ? "443" : "80"))) return false;
	const suffix = bare.startsWith("*.") ? bare.slice(1) : bare;
	return host === suffix || host.endsWith(suffix.startsWith(".") ? suffix : `.${suffix}`);
}

function isInNetwork(address: string, network: string, family: "ipv4" | "ipv6"): boolean {
	const slash = network.indexOf("/");
	try {
		const list = new BlockList();
		list.addSubnet(network.slice(0, slash), Number(network.slice(slash + 1)), family);
		return list.check(address, family);
	} catch {
		return false;
	}
}
