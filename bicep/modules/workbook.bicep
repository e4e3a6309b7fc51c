// What operators look at: how fast changes arrive, what was written, what failed.
param location string
param tags object
@description('A GUID: Azure wants one here. The name that people see is below.')
param name string
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Hetk'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: loadTextContent('../workbook.json')
  }
}
