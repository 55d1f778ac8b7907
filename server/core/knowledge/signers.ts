/**
 * Projects that sign what they release, by the start of the address without scheme and `www.`.
 * Source: the projects' release pages and verification instructions. Read 2026-11.
 */
export interface Signer {
	readonly name: string;
	readonly kind: "gpg" | "cosign" | "sigstore";
	readonly addresses: readonly string[];
}

export const SIGNERS: readonly Signer[] = [
	{ name: "Node.js", kind: "gpg", addresses: ["nodejs.org/dist/", "nodejs.org/download/release/"] },
	{ name: "Python", kind: "sigstore", addresses: ["python.org/ftp/python/"] },
	{
		name: "Apache",
		kind: "gpg",
		addresses: ["archive.apache.org/dist/", "downloads.apache.org/", "dlcdn.apache.org/", "apache.org/dist/"],
	},
	{ name: "GNU", kind: "gpg", addresses: ["ftp.gnu.org/gnu/", "ftpmirror.gnu.org/"] },
	{ name: "tini", kind: "gpg", addresses: ["github.com/krallin/tini/releases/download/"] },
	{ name: "gosu", kind: "gpg", addresses: ["github.com/tianon/gosu/releases/download/"] },
	{ name: "nginx", kind: "gpg", addresses: ["nginx.org/download/"] },
	{ name: "OpenSSL", kind: "gpg", addresses: ["openssl.org/source/", "github.com/openssl/openssl/releases/download/"] },
	{ name: "HashiCorp", kind: "gpg", addresses: ["releases.hashicorp.com/"] },
	{ name: "Linux", kind: "gpg", addresses: ["kernel.org/pub/linux/", "cdn.kernel.org/pub/linux/"] },
	{ name: "Helm", kind: "gpg", addresses: ["get.helm.sh/"] },
	{ name: "Kubernetes", kind: "cosign", addresses: ["dl.k8s.io/release/", "dl.k8s.io/v"] },
	{ name: "cosign", kind: "cosign", addresses: ["github.com/sigstore/cosign/releases/download/"] },
	{ name: "Trivy", kind: "sigstore", addresses: ["github.com/aquasecurity/trivy/releases/download/"] },
	{ name: "Syft", kind: "cosign", addresses: ["github.com/anchore/syft/releases/download/"] },
	{ name: "Grype", kind: "cosign", addresses: ["github.com/anchore/grype/releases/download/"] },
	{ name: "curl", kind: "gpg", addresses: ["curl.se/download/", "github.com/curl/curl/releases/download/"] },
	{ name: "PHP", kind: "gpg", addresses: ["php.net/distributions/"] },
];
