// The private network: one subnet through which the app speaks, one for the doors of what it speaks to.
param location string
param tags object
param name string

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/24'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.0.0.0/26'
          // What Flex Consumption runs on: https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to
          delegations: [{ name: 'functions', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.0.0.64/27' }
      }
    ]
  }

  resource app 'subnets' existing = {
    name: 'app'
  }

  resource endpoints 'subnets' existing = {
    name: 'endpoints'
  }
}

output virtualNetworkId string = virtualNetwork.id
output appSubnetId string = virtualNetwork::app.id
output endpointsSubnetId string = virtualNetwork::endpoints.id
