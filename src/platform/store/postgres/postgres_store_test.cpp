#include "platform/store/postgres/internal/place.hpp"
#include "platform/store/store_contract.hpp"

using namespace kontor::platform::store;
using contract::StoreContract;

INSTANTIATE_TEST_SUITE_P(
    Postgres, StoreContract,
    ::testing::Values(contract::Implementation{
        "server", [] { return std::make_unique<postgres::SchemaPlace>(postgres::shared_server()); },
        kontor::testing::PostgresServer::missing}),
    [](const auto& info) { return info.param.name; });
