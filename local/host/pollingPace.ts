/** The shortest pause between two polls, ms. */
const shortest = 100;

interface PollingPace {
  /** Waits before the next poll: briefly after a hit, longer and longer after misses. */
  pause(hit: boolean): Promise<void>;
  /** Ends the pause now, or skips the next one. */
  wake(): void;
}

/**
 * How long a queue listener waits between polls: 100 ms after a hit; after misses a random time that doubles up to `longest`.
 * Source: `RandomizedExponentialBackoffStrategy.cs` of https://github.com/Azure/azure-sdk-for-net
 * @param longest host.json's maxPollingInterval, ms
 */
export function createPollingPace(longest: number, ending: AbortSignal): PollingPace {
  let misses = 0;
  let woken = false;
  let endPause = () => {};
  ending.addEventListener('abort', () => endPause(), { once: true });

  return {
    async pause(hit) {
      misses = hit || woken ? 0 : misses + 1;
      const grown = shortest + (2 ** Math.min(misses, 20) - 1) * shortest * (0.8 + 0.4 * Math.random());
      if (!woken && !ending.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, hit ? shortest : Math.min(grown, longest));
          endPause = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      woken = false;
    },
    wake() {
      woken = true;
      endPause();
    },
  };
}
