from typing import Any

from infra.local import engine, tables


def dynamodb(running: engine.Engine) -> Any:
    return tables.client("dynamodb", engine_url=running.url, region="us-east-1")


def create(running: engine.Engine) -> list[str]:
    return tables.create_tables(running.url, "trial", "us-east-1")


def test_every_declared_table_exists_with_its_keys_and_indexes(running_engine: engine.Engine) -> None:
    running_engine.reset()
    assert create(running_engine) == [table["TableName"] for table in tables.list_tables(prefix="trial")]
    for declared in tables.list_tables(prefix="trial"):
        real = dynamodb(running_engine).describe_table(TableName=declared["TableName"])["Table"]
        assert real["KeySchema"] == declared["KeySchema"]
        indexes = {index["IndexName"]: index["KeySchema"] for index in real.get("GlobalSecondaryIndexes", [])}
        wanted = {index["IndexName"]: index["KeySchema"] for index in declared.get("GlobalSecondaryIndexes", [])}
        assert indexes == wanted


def test_creating_again_creates_nothing(running_engine: engine.Engine) -> None:
    running_engine.reset()
    create(running_engine)
    assert create(running_engine) == []


def test_items_that_expire_do_so_here_too(running_engine: engine.Engine) -> None:
    running_engine.reset()
    create(running_engine)
    declared = {
        table["TableName"] for table in tables.list_tables(prefix="trial") if "TimeToLiveSpecification" in table
    }
    for name in declared:
        expiry = dynamodb(running_engine).describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    assert "trial-sessions" in declared


def test_declared_streams_carry_both_images(running_engine: engine.Engine) -> None:
    running_engine.reset()
    create(running_engine)
    for name in tables.streams(prefix="trial"):
        stream = dynamodb(running_engine).describe_table(TableName=name)["Table"]["StreamSpecification"]
        assert stream == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert "trial-reports" in tables.streams(prefix="trial")


def test_an_index_declared_later_is_added_and_filled(running_engine: engine.Engine) -> None:
    running_engine.reset()
    create(running_engine)
    storage = dynamodb(running_engine)
    storage.put_item(
        TableName="trial-reports",
        Item={name: {"S": "x"} for name in ("pk", "sk")} | {"desk": {"S": "d"}, "due": {"S": "1"}},
    )
    declared = next(table for table in tables.list_tables(prefix="trial") if table["TableName"] == "trial-reports")
    gone = declared["GlobalSecondaryIndexes"][0]
    storage.update_table(
        TableName="trial-reports", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": gone["IndexName"]}}]
    )
    create(running_engine)
    real = storage.describe_table(TableName="trial-reports")["Table"]
    assert {index["IndexName"] for index in real["GlobalSecondaryIndexes"]} == {
        index["IndexName"] for index in declared["GlobalSecondaryIndexes"]
    }
