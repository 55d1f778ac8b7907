/**
 * Values by name, of which each stage adds some to those of the stage that it starts from. What is added lies on top: with a map of its own for
 * each of thousands of stages, the names of all of them would be copied for each.
 */
export interface NameLayer<Value> {
	readonly values: ReadonlyMap<string, Value>;
	readonly below: NameLayer<Value> | undefined;
}

/** Names up to which a layer is copied into the next one: what is looked for has few layers to pass then. */
const SMALL = 64;

/** The value on top. */
export function valueIn<Value>(layer: NameLayer<Value> | undefined, name: string): Value | undefined {
	for (let at = layer; at !== undefined; at = at.below) {
		const value = at.values.get(name);
		if (value !== undefined) return value;
	}
	return undefined;
}

/** A layer with some values more. */
export function withValues<Value>(layer: NameLayer<Value> | undefined, added: ReadonlyMap<string, Value>): NameLayer<Value> | undefined {
	if (added.size === 0 || layer === undefined) return added.size === 0 ? layer : { values: added, below: undefined };
	if (layer.values.size > SMALL) return { values: added, below: layer };
	return { values: new Map([...layer.values, ...added]), below: layer.below };
}
