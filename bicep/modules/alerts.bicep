// What the operators are woken for. The queries read what Hetk logs: one line of JSON for each unit of work.
param location string
param tags object
param workspaceId string
param operatorsEmail string
param monthlyBudget int
param budgetStart string

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-hetk'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'hetk'
    emailReceivers: [{ name: 'operators', emailAddress: operatorsEmail, useCommonAlertSchema: true }]
  }
}

// Log lines of Hetk, parsed; whatever else the host writes is left out.
var events = '''
AppTraces
| where Message contains '"event":"'
| extend line = parse_json(substring(Message, indexof(Message, '{')))
| extend event = tostring(line.event)
'''

var rules = [
  {
    name: 'poison-message'
    title: 'A message was given up'
    text: 'A message failed five times and lies in changes-poison or bulk-poison, where Azure deletes it after seven days. Its exception is in the logs of that minute.'
    severity: 1
    every: 'PT5M'
    over: 'PT10M'
    query: '''
StorageQueueLogs
| where OperationName == 'PutMessage' and Uri contains '-poison/'
| summarize messages = count()
'''
    measure: 'messages'
    above: 0
  }
  {
    name: 'slow-propagation'
    title: 'Changes arrive late'
    text: 'The slowest twentieth of the changes of the last quarter of an hour took more than 10 seconds from notification to copy.'
    severity: 2
    every: 'PT5M'
    over: 'PT15M'
    query: $'''${events}| where event == 'round' and tobool(line.full) == false and tolong(line.changes) > 0
| summarize p95 = percentile(tolong(line.waitedMs) + tolong(line.ms), 95)
'''
    measure: 'p95'
    above: 10000
  }
  {
    name: 'subscriptions-failing'
    title: 'Push registrations fail'
    text: 'More than a tenth of the calendars whose push registration was due could not get one. Polling still brings their changes, but late.'
    severity: 2
    every: 'PT1H'
    over: 'PT6H'
    query: $'''${events}| where event in ('subscribe-failed', 'subscription-renewed', 'subscription-made')
| where tostring(line.kind) !in ('push-unsupported', 'revoked')
| summarize arg_max(TimeGenerated, event) by calendar = tostring(line.calendar)
| summarize failed = countif(event == 'subscribe-failed'), calendars = count()
| extend share = iff(calendars == 0, 0.0, 100.0 * failed / calendars)
'''
    measure: 'share'
    above: 10
  }
  {
    name: 'accounts-to-reconnect'
    title: 'Many accounts lost their grant'
    text: 'More than five accounts fell into reconnect needed within an hour. A client secret may have run out, or a provider may have withdrawn its consent.'
    severity: 2
    every: 'PT15M'
    over: 'PT1H'
    query: $'''${events}| where event == 'account-revoked'
| summarize accounts = dcount(tostring(line.account))
'''
    measure: 'accounts'
    above: 5
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: 'hetk-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'Hetk: ${rule.title}'
      description: rule.text
      enabled: true
      severity: rule.severity
      evaluationFrequency: rule.every
      windowSize: rule.over
      scopes: [workspaceId]
      // A new workspace does not have its tables before the first line: https://github.com/Azure/bicep/issues/11378
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: rule.measure
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: rule.above
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [operators.id] }
    }
  }
]

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = {
  name: 'hetk'
  properties: {
    category: 'Cost'
    amount: monthlyBudget
    timeGrain: 'Monthly'
    timePeriod: { startDate: '${budgetStart}T00:00:00Z' }
    notifications: {
      actual: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Actual'
        contactEmails: [operatorsEmail]
        contactGroups: [operators.id]
      }
      forecast: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 120
        thresholdType: 'Forecasted'
        contactEmails: [operatorsEmail]
        contactGroups: [operators.id]
      }
    }
  }
}
