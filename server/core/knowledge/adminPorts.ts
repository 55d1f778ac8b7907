/**
 * TCP ports through which machines and engines are administered. Source: IANA's registry, and the documentation of Docker,
 * RealVNC and X. Read 2026-11.
 */
export const ADMIN_PORTS: ReadonlyMap<number, string> = new Map([
	[22, "SSH"],
	[23, "Telnet"],
	[2375, "the Docker engine's open API"],
	[2376, "the Docker engine's API"],
	[3389, "remote desktops"],
	[5800, "VNC"],
	[5900, "VNC"],
	[5901, "VNC"],
	[5985, "Windows remote management"],
	[5986, "Windows remote management"],
]);
