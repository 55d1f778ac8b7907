import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import tls from "node:tls";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../fixtures/tls");

/** A certificate of `test/fixtures/tls`, with its key. */
export function testCertificate(name: "localhost" | "elsewhere" | "expired" | "hosted"): { readonly key: Buffer; readonly cert: Buffer } {
	const key = name === "expired" ? "localhost" : name;
	return { key: readFileSync(join(folder, `test-${key}.key`)), cert: readFileSync(join(folder, `test-${name}.crt`)) };
}

/** Trusts what the tests' servers show from now on, as NODE_EXTRA_CA_CERTS does; gives the function that ends that. */
export function trustTestAuthority(): () => void {
	const before = tls.getCACertificates("default");
	const own = ["test-authority.crt", "test-hosted.crt"].map((name) => readFileSync(join(folder, name), "utf8"));
	tls.setDefaultCACertificates([...before, ...own]);
	return () => tls.setDefaultCACertificates(before);
}
