#pragma once

#include <libpq-fe.h>

#include "base/result/result.hpp"

/// libpq, loaded when the first connection is opened: it brings Kerberos, LDAP and GnuTLS along, which a
/// process on SQLite neither needs in memory nor waits for at its start.
namespace kontor::platform::store::postgres {

/// The functions that are used, under their names without `PQ`.
struct Libpq {
  decltype(&PQclear) clear;
  decltype(&PQcmdStatus) cmdStatus;
  decltype(&PQconnectdbParams) connectdbParams;
  decltype(&PQconsumeInput) consumeInput;
  decltype(&PQenterPipelineMode) enterPipelineMode;
  decltype(&PQerrorMessage) errorMessage;
  decltype(&PQexitPipelineMode) exitPipelineMode;
  decltype(&PQfinish) finish;
  decltype(&PQflush) flush;
  decltype(&PQfreemem) freemem;
  decltype(&PQgetisnull) getisnull;
  decltype(&PQgetlength) getlength;
  decltype(&PQgetResult) getResult;
  decltype(&PQgetvalue) getvalue;
  decltype(&PQisBusy) isBusy;
  decltype(&PQnotifies) notifies;
  decltype(&PQntuples) ntuples;
  decltype(&PQpipelineSync) pipelineSync;
  decltype(&PQresultErrorField) resultErrorField;
  decltype(&PQresultStatus) resultStatus;
  decltype(&PQsendPrepare) sendPrepare;
  decltype(&PQsendQuery) sendQuery;
  decltype(&PQsendQueryPrepared) sendQueryPrepared;
  decltype(&PQsetnonblocking) setnonblocking;
  decltype(&PQsetNoticeProcessor) setNoticeProcessor;
  decltype(&PQsocket) socket;
  decltype(&PQstatus) status;
  decltype(&PQtransactionStatus) transactionStatus;
};

/// Loads it once a process; it is never unloaded. Errors: storage_failed when it is not installed or too old.
Result<const Libpq*> load_libpq();

}  // namespace kontor::platform::store::postgres
