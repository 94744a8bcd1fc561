import type { Place } from '../../domain/jurisdiction.ts';

/** What a process remembers: clients keep connections and credentials, and an organisation has hundreds of places. */
const MAX_PLACES = 200;

/** The same for the same account and Region, as long as the process lives; beyond 200 places, the one asked for longest ago is made anew. */
export function rememberedByPlace<Made>(make: (place: Place) => Made): (place: Place) => Made {
  const known = new Map<string, Made>();
  return (place) => {
    const key = `${place.partition} ${place.account} ${place.region}`;
    const made = known.get(key) ?? make(place);
    // Behind all others: a Map tells its keys in the order in which they were put.
    known.delete(key);
    known.set(key, made);
    if (known.size > MAX_PLACES) {
      const [oldest = key] = known.keys();
      known.delete(oldest);
    }
    return made;
  };
}
