#pragma once

/// Every promise of `Store`, as tests that each implementation passes. Included by one source of a test
/// program:
///
///     using kontor::platform::store::contract::StoreContract;
///     INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, testing::Values(sqlite_implementation()));
#include "platform/store/contract/carrying.hpp"
#include "platform/store/contract/commit.hpp"
#include "platform/store/contract/fixture.hpp"
#include "platform/store/contract/index.hpp"
#include "platform/store/contract/isolation.hpp"
#include "platform/store/contract/query.hpp"
#include "platform/store/contract/sharing.hpp"
#include "platform/store/contract/work.hpp"
