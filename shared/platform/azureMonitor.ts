import type { TokenCredential } from '@azure/identity';
import { context, metrics, trace } from '@opentelemetry/api';

/** How often figures are sent, ms: alerts look every five minutes. */
const EVERY_MS = 60_000;

export interface Telemetry {
  /** Sends what is left. */
  close(): Promise<void>;
}

/**
 * Sends traces and figures to Application Insights, as the identity of the process: its connection string alone lets nobody write. From then on
 * `@opentelemetry/api` leads there. All of it is loaded here and not before: one machine has no use for it.
 * @param connectionString of Application Insights, which is no secret
 * @param tracedShare how many of the traces are sent, from 0 to 1; figures are always complete
 */
export async function sendToAzureMonitor(
  connectionString: string,
  credential: TokenCredential,
  tracedShare: number,
): Promise<Telemetry> {
  const [exporters, tracing, measuring, { AsyncLocalStorageContextManager }] = await Promise.all([
    import('@azure/monitor-opentelemetry-exporter'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/context-async-hooks'),
  ]);
  // What cannot be sent is lost and not kept on the disk of an instance that is about to go.
  const options = { connectionString, credential, disableOfflineStorage: true };
  const tracer = new tracing.BasicTracerProvider({
    sampler: new tracing.ParentBasedSampler({ root: new tracing.TraceIdRatioBasedSampler(tracedShare) }),
    spanProcessors: [new tracing.BatchSpanProcessor(new exporters.AzureMonitorTraceExporter(options))],
  });
  const meter = new measuring.MeterProvider({
    readers: [
      new measuring.PeriodicExportingMetricReader({
        exporter: new exporters.AzureMonitorMetricExporter(options),
        exportIntervalMillis: EVERY_MS,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracer);
  metrics.setGlobalMeterProvider(meter);
  return {
    async close() {
      await Promise.allSettled([tracer.shutdown(), meter.shutdown()]);
    },
  };
}
