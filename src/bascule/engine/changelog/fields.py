"""The attributes of every change type that its checksum and its description know, and what kind each is."""

from typing import Literal

FieldKind = Literal["str", "bool", "int", "columns", "text"]
"""`text` is the element's own text (`<sql>…</sql>`), or a child or attribute of the name."""


def _fields(strings: str, *, bools: str = "", ints: str = "", columns: str = "", text: str = "") -> dict[str, FieldKind]:
    found: dict[str, FieldKind] = dict.fromkeys(strings.split(), "str")
    found.update(dict.fromkeys(bools.split(), "bool"))
    found.update(dict.fromkeys(ints.split(), "int"))
    found.update(dict.fromkeys(columns.split(), "columns"))
    found.update(dict.fromkeys(text.split(), "text"))
    return found


CHANGE_FIELDS: dict[str, dict[str, FieldKind]] = {
    "addAutoIncrement": _fields(
        "catalogName columnDataType columnName generationType schemaName tableName", bools="defaultOnNull", ints="incrementBy startWith"
    ),
    "addCheckConstraint": _fields("catalogName constraintName schemaName tableName", bools="disabled validate", text="constraintBody"),
    "addColumn": _fields("catalogName schemaName tableName", columns="columns"),
    "addDefaultValue": _fields(
        "catalogName columnDataType columnName defaultValue defaultValueComputed defaultValueConstraintName"
        " defaultValueDate defaultValueNumeric defaultValueSequenceNext schemaName tableName",
        bools="defaultValueBoolean",
    ),
    "addForeignKeyConstraint": _fields(
        "baseColumnNames baseTableCatalogName baseTableName baseTableSchemaName constraintName onDelete onUpdate"
        " referencedColumnNames referencedTableCatalogName referencedTableName referencedTableSchemaName",
        bools="deferrable deleteCascade initiallyDeferred referencesUniqueColumn validate",
    ),
    "addLookupTable": _fields(
        "constraintName existingColumnName existingTableCatalogName existingTableName existingTableSchemaName"
        " newColumnDataType newColumnName newTableCatalogName newTableName newTableSchemaName"
    ),
    "addNotNullConstraint": _fields(
        "catalogName columnDataType columnName constraintName defaultNullValue schemaName tableName", bools="validate"
    ),
    "addPrimaryKey": _fields(
        "catalogName columnNames constraintName forIndexCatalogName forIndexName forIndexSchemaName schemaName tableName tablespace",
        bools="clustered validate",
    ),
    "addUniqueConstraint": _fields(
        "catalogName columnNames constraintName forIndexCatalogName forIndexName forIndexSchemaName schemaName tableName tablespace",
        bools="clustered deferrable disabled initiallyDeferred validate",
    ),
    "alterSequence": _fields(
        "catalogName dataType schemaName sequenceName", bools="cycle ordered", ints="cacheSize incrementBy maxValue minValue"
    ),
    "createFunction": _fields(
        "catalogName dbms encoding functionName path schemaName", bools="relativeToChangelogFile replaceIfExists", text="functionBody"
    ),
    "createIndex": _fields(
        "associatedWith catalogName indexName schemaName tableName tablespace using", bools="clustered unique", columns="columns"
    ),
    "createPackage": _fields(
        "catalogName dbms encoding packageName path schemaName", bools="relativeToChangelogFile replaceIfExists", text="packageText"
    ),
    "createPackageBody": _fields(
        "catalogName dbms encoding packageBodyName path schemaName", bools="relativeToChangelogFile replaceIfExists", text="packageBodyText"
    ),
    "createProcedure": _fields(
        "catalogName comments dbms encoding path procedureName schemaName",
        bools="relativeToChangelogFile replaceIfExists",
        text="procedureText",
    ),
    "createSequence": _fields(
        "catalogName dataType schemaName sequenceName", bools="cycle ordered", ints="cacheSize incrementBy maxValue minValue startValue"
    ),
    "createSynonym": _fields(
        "objectCatalogName objectName objectSchemaName objectType synonymCatalogName synonymName synonymSchemaName",
        bools="private replaceIfExists",
    ),
    "createTable": _fields(
        "catalogName partitionBy remarks schemaName tableName tableType tablespace", bools="ifNotExists rowDependencies", columns="columns"
    ),
    "createTrigger": _fields(
        "catalogName dbms encoding path schemaName scope tableName triggerName",
        bools="disabled relativeToChangelogFile replaceIfExists",
        text="triggerBody",
    ),
    "createView": _fields(
        "catalogName encoding path remarks schemaName viewName",
        bools="fullDefinition relativeToChangelogFile replaceIfExists",
        text="selectQuery",
    ),
    "customChange": _fields(""),
    "delete": _fields("catalogName schemaName tableName where"),
    "disableCheckConstraint": _fields("catalogName constraintName schemaName tableName"),
    "disableTrigger": _fields("catalogName schemaName scope tableName triggerName"),
    "dropAllForeignKeyConstraints": _fields("baseTableCatalogName baseTableName baseTableSchemaName"),
    "dropCheckConstraint": _fields("catalogName constraintName schemaName tableName"),
    "dropColumn": _fields("catalogName columnName schemaName tableName", columns="columns"),
    "dropDefaultValue": _fields("catalogName columnDataType columnName schemaName tableName"),
    "dropForeignKeyConstraint": _fields("baseTableCatalogName baseTableName baseTableSchemaName constraintName"),
    "dropFunction": _fields("catalogName functionName schemaName"),
    "dropIndex": _fields("catalogName indexName schemaName tableName"),
    "dropNotNullConstraint": _fields("catalogName columnDataType columnName constraintName schemaName tableName"),
    "dropPackage": _fields("catalogName packageName schemaName"),
    "dropPackageBody": _fields("catalogName packageBodyName schemaName"),
    "dropPrimaryKey": _fields("catalogName constraintName schemaName tableName", bools="dropIndex"),
    "dropProcedure": _fields("catalogName procedureName schemaName"),
    "dropSequence": _fields("catalogName schemaName sequenceName"),
    "dropSynonym": _fields("objectType synonymCatalogName synonymName synonymSchemaName", bools="private"),
    "dropTable": _fields("catalogName schemaName tableName", bools="cascadeConstraints"),
    "dropTrigger": _fields("catalogName schemaName scope tableName triggerName"),
    "dropUniqueConstraint": _fields("catalogName constraintName schemaName tableName uniqueColumns"),
    "dropView": _fields("catalogName schemaName viewName", bools="ifExists"),
    "empty": _fields(""),
    "enableCheckConstraint": _fields("catalogName constraintName schemaName tableName"),
    "enableTrigger": _fields("catalogName schemaName scope tableName triggerName"),
    "executeCommand": _fields("executable timeout"),
    "insert": _fields("catalogName dbms schemaName tableName", columns="columns"),
    "loadData": _fields(
        "catalogName commentLineStartsWith encoding file quotchar schemaName separator tableName",
        bools="relativeToChangelogFile usePreparedStatements",
        columns="columns",
    ),
    "loadUpdateData": _fields(
        "catalogName commentLineStartsWith encoding file primaryKey quotchar schemaName separator tableName",
        bools="onlyUpdate relativeToChangelogFile usePreparedStatements",
        columns="columns",
    ),
    "markUnused": _fields("catalogName columnName schemaName tableName"),
    "mergeColumns": _fields("catalogName column1Name column2Name finalColumnName finalColumnType joinString schemaName tableName"),
    "modifyDataType": _fields("catalogName columnName newDataType schemaName tableName"),
    "output": _fields("target", text="message"),
    "renameColumn": _fields("catalogName columnDataType newColumnName oldColumnName remarks schemaName tableName"),
    "renameSequence": _fields("catalogName newSequenceName oldSequenceName schemaName"),
    "renameTable": _fields("catalogName newTableName oldTableName schemaName"),
    "renameView": _fields("catalogName newViewName oldViewName schemaName"),
    "renameTrigger": _fields("catalogName newTriggerName oldTriggerName schemaName tableName"),
    "setColumnRemarks": _fields("catalogName columnDataType columnName columnParentType remarks schemaName tableName"),
    "setTableRemarks": _fields("catalogName remarks schemaName tableName"),
    "sql": _fields("comment dbms endDelimiter", bools="ignoreOriginalSplitStatements splitStatements stripComments", text="sql"),
    "sqlFile": _fields(
        "dbms encoding endDelimiter path", bools="ignoreOriginalSplitStatements relativeToChangelogFile splitStatements stripComments"
    ),
    "stop": _fields("message"),
    "tagDatabase": _fields("tag", bools="keepTagOnRollback"),
    "update": _fields("catalogName schemaName tableName where", columns="columns"),
}

COLUMN_FIELDS = _fields(
    "name type value valueNumeric valueDate valueComputed valueBlobFile valueClobFile valueSequenceNext valueSequenceCurrent encoding"
    " defaultValue defaultValueNumeric defaultValueDate defaultValueComputed defaultValueSequenceNext defaultValueConstraintName"
    " generationType remarks beforeColumn afterColumn",
    bools="computed valueBoolean defaultValueBoolean autoIncrement defaultOnNull descending included",
    ints="startWith incrementBy position",
)
CONSTRAINT_FIELDS = _fields(
    "notNullConstraintName primaryKeyName primaryKeyTablespace uniqueConstraintName references referencedTableCatalogName"
    " referencedTableSchemaName referencedTableName referencedColumnNames foreignKeyName checkConstraint",
    bools="nullable primaryKey unique deleteCascade deferrable initiallyDeferred validateNullable validateUnique validatePrimaryKey"
    " validateForeignKey",
)
