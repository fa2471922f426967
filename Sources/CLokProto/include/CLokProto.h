// Written by tools/generate.
#include "lokos/v1/records.pb-c.h"
#include "loksync/v1/command.pb-c.h"
#include "loksync/v1/frame.pb-c.h"
#include "loksync/v1/operator.pb-c.h"
#include "loksync/v1/proof.pb-c.h"
#include "loksync/v1/reason.pb-c.h"
#include "loksync/v1/session.pb-c.h"
#include "loksync/v1/sync.pb-c.h"
