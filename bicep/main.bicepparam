using './main.bicep'

// Everything that differs between installations comes from the environment, so that this file can stay as it is. There is no secret
// among it: client secrets and keys go into the vault.
// Required: HETK_OPERATORS_GROUP and HETK_OPERATORS_OBJECT_ID (an Entra group), HETK_OPERATORS_EMAIL.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'hetk')
param location = 'northeurope'
param operators = {
  name: readEnvironmentVariable('HETK_OPERATORS_GROUP')
  objectId: readEnvironmentVariable('HETK_OPERATORS_OBJECT_ID')
}
param operatorsEmail = readEnvironmentVariable('HETK_OPERATORS_EMAIL')
param publicUrl = readEnvironmentVariable('HETK_CUSTOM_URL', '')
param microsoftClientId = readEnvironmentVariable('HETK_MICROSOFT_CLIENT_ID', '')
param googleClientId = readEnvironmentVariable('HETK_GOOGLE_CLIENT_ID', '')
param budgetStart = readEnvironmentVariable('HETK_BUDGET_START', '')
param privateNetwork = bool(readEnvironmentVariable('HETK_PRIVATE_NETWORK', 'false'))
