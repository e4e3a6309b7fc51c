#:package Microsoft.SqlServer.DacFx@170.5.96
#:package Microsoft.SqlServer.TransactSql.ScriptDom@180.140.0
#:property PublishAot=false
#:property JsonSerializerIsReflectionEnabledByDefault=true
#:property NoWarn=NU1603

// Parses statements with Microsoft's own parser and binds their names to a schema, without a server.
//
//   dotnet run local/sql/bind.cs -- FILE.json
//
// FILE.json: { "schema": ["create table …", …], "statements": [{ "sql": "select …", "parameters": ["bigint", …] }, …] }. The schema is what the
// migrations say, in their order. Prints one line of JSON: { "bound": number of statements, "findings": ["…", …] }.

using System.Text.Json;
using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;

var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
var input = JsonSerializer.Deserialize<Input>(File.ReadAllText(args[0]), options)!;
var findings = new List<string>();
var schema = Migrated(input.Schema).ToArray();
foreach (var message in Wrong([])) Find(message, "the schema");
// Without its tables every name of every statement would be a finding of its own.
if (findings.Count == 0)
{
    // A model holds no single statements, but procedures; the driver sends them to sp_executesql, which is much the same.
    var procedures = input.Statements.Where(statement => Parsed(statement.Sql) is not null).Select((statement, number) => (statement.Sql, Text:
        $"create procedure [dbo].[s{number}] {string.Join(", ", statement.Parameters.Select((type, index) => $"@{index + 1} {type}"))} as {statement.Sql}")).ToList();
    // All at once, because a model takes its time; with an error in it a model takes nothing else, so then each in one of its own.
    if (Wrong(procedures.Select(one => one.Text)).Any())
        foreach (var (sql, text) in procedures) foreach (var message in Wrong([text])) Find(message, sql);
}
Console.WriteLine(JsonSerializer.Serialize(new { bound = input.Statements.Length, findings }, options));

IReadOnlyList<string> Wrong(IEnumerable<string> more)
{
    using var model = new TSqlModel(SqlServerVersion.SqlAzure, new TSqlModelOptions { Collation = "SQL_Latin1_General_CP1_CI_AS" });
    try
    {
        foreach (var text in schema.Concat(more)) model.AddObjects(text);
        return model.Validate().Select(message => $"{message.Prefix}{message.Number} {message.Message}").ToList();
    }
    catch (DacModelException error) { return [error.Message]; }
}

// A model knows tables but no changes of tables: a column that a migration adds is put into its table.
IEnumerable<string> Migrated(string[] statements)
{
    var result = new List<TSqlStatement>();
    foreach (var sql in statements)
    {
        if (Parsed(sql) is not TSqlScript { Batches: [{ Statements: [var statement] }] }) Find("This is not one statement.", sql);
        else if (statement is not AlterTableAddTableElementStatement change) result.Add(statement);
        else if (TableOf(change) is not { } table) Find("There is no such table.", sql);
        else foreach (var column in change.Definition.ColumnDefinitions) table.Definition.ColumnDefinitions.Add(column);
    }
    var generator = new Sql160ScriptGenerator();
    return result.Select(statement => { generator.GenerateScript(statement, out var script); return script; });

    CreateTableStatement? TableOf(AlterTableStatement change) => result.OfType<CreateTableStatement>()
        .SingleOrDefault(table => table.SchemaObjectName.BaseIdentifier.Value == change.SchemaObjectName.BaseIdentifier.Value);
}

TSqlFragment? Parsed(string sql)
{
    var fragment = new TSql160Parser(initialQuotedIdentifiers: true, SqlEngineType.SqlAzure).Parse(new StringReader(sql), out var errors);
    foreach (var error in errors) Find($"SQL{error.Number} {error.Message}", sql);
    return errors.Count == 0 ? fragment : null;
}

void Find(string what, string told) => findings.Add($"{what.ReplaceLineEndings(" ").Trim()} In: {told}");

record Statement(string Sql, string[] Parameters);
record Input(string[] Schema, Statement[] Statements);
