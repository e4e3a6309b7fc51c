import { metrics } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

/** The figures of the one-machine world. */
export interface LocalMetrics {
  /** All of them since the start, in the text format of Prometheus. */
  text(): Promise<string>;
  stop(): Promise<void>;
}

/** Reads when somebody asks. */
class OnRequest extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** The same figures that Azure Monitor gets in the cloud. Must start before the functions are loaded: they take their meter then. */
export function startLocalMetrics(): LocalMetrics {
  const reader = new OnRequest();
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  // Without time stamps: they say nothing here.
  const serializer = new PrometheusSerializer(undefined, false);
  return {
    text: async () => serializer.serialize((await reader.collect()).resourceMetrics),
    async stop() {
      metrics.disable();
      await provider.shutdown();
    },
  };
}
