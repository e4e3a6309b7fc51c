import type { TokenCredential } from '@azure/identity';
import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';

/** How often figures are sent, ms: alerts look every five minutes. */
const EVERY_MS = 60_000;

export interface Telemetry {
  /** Sends what is left. */
  close(): Promise<void>;
}

/**
 * Sends traces and figures to Application Insights, as the identity of the process: its connection string alone lets nobody write. From then on
 * `@opentelemetry/api` leads there. This file is loaded where there is an Application Insights, and nowhere else.
 * @param connectionString of Application Insights, which is no secret
 * @param tracedShare how many of the traces are sent, from 0 to 1; figures are always complete
 */
export function sendToAzureMonitor(
  connectionString: string,
  credential: TokenCredential,
  tracedShare: number,
): Telemetry {
  // What cannot be sent is lost and not kept on the disk of an instance that is about to go.
  const options = { connectionString, credential, disableOfflineStorage: true };
  const tracer = new BasicTracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(tracedShare) }),
    spanProcessors: [new BatchSpanProcessor(new AzureMonitorTraceExporter(options))],
  });
  const meter = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new AzureMonitorMetricExporter(options),
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
