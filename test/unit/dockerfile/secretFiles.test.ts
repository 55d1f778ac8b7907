import assert from "node:assert/strict";
import { secretFile } from "../../../server/core/dockerfile/secrets/secretFiles.ts";

describe("files that hold credentials", () => {
	it("are known by their names", () => {
		for (const path of [
			"id_rsa",
			"deploy/id_ed25519",
			".ssh/",
			".netrc",
			".aws/credentials",
			".kube/config",
			"prod.kubeconfig",
			"service-account-prod.json",
			"infra/terraform.tfstate",
			"server.key",
			"tls/privkey.pem",
			"app-key.pem",
			"store.P12",
			".env",
			".env.production.local",
			".npmrc",
		])
			assert.ok(secretFile(path) !== undefined, path);
	});

	it("are told from public, made-up and other ones", () => {
		for (const path of [
			"id_rsa.pub",
			"public.pem",
			"ca.pem",
			"fullchain.pem",
			"repo.gpg.key",
			"nginx_signing.key",
			".env.example",
			".env.test",
			"meta.env",
			"test/server.key",
			"insecure_id_rsa",
			"keys.json",
			"monkey",
			"settings.json",
			"cacerts/trusted.jks",
			".yarnrc.yml",
		])
			assert.equal(secretFile(path), undefined, path);
	});
});
