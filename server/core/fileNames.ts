/** Whether Compose looks for services in a file of this name (Compose specification, "Compose file"). */
export function isComposeName(name: string): boolean {
	return /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/.test(name);
}

/** Whether a file of this name is one that Compose reads first; what others leave out may stand in it (Compose, "Merge Compose files"). */
export function isComposeBaseName(name: string): boolean {
	return /^(?:docker-)?compose\.ya?ml$/.test(name);
}

/** Whether Bake looks for targets in a file of this name (buildx, "Bake file reference"). */
export function isBakeName(name: string): boolean {
	return /^docker-bake(?:[.-][\w.-]+)?\.(?:hcl|json)$/.test(name);
}
