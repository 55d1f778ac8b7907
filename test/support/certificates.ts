import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import tls from "node:tls";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../fixtures/tls");

/** A certificate of `test/fixtures/tls`, with its key. */
export function testCertificate(name: "localhost" | "elsewhere" | "expired"): { readonly key: Buffer; readonly cert: Buffer } {
	const key = name === "expired" ? "localhost" : name;
	return { key: readFileSync(join(folder, `test-${key}.key`)), cert: readFileSync(join(folder, `test-${name}.crt`)) };
}

/** Trusts the tests' own authority from now on, as NODE_EXTRA_CA_CERTS does; gives the function that ends that. */
export function trustTestAuthority(): () => void {
	const before = tls.getCACertificates("default");
	tls.setDefaultCACertificates([...before, readFileSync(join(folder, "test-authority.crt"), "utf8")]);
	return () => tls.setDefaultCACertificates(before);
}
