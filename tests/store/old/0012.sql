-- A database of version 0012 (commit 90fe6db), with deliveries in every state that there was and a handover in the
-- middle of scanning. Its now is 2026-03-02 09:00 UTC; an FE's id tells what is being tried with it, and "-done" that Slack
-- has carried out a call whose answer was lost (`test_upgrades_midway.py` makes Slack's side of it).
--
-- Made by a script with that version's own store: HandoverStore.reconcile, step and add_page with a set clock let one FE
-- for each case arrive, scan and leave; then plain UPDATEs gave each intent, receipt and digest its state, attempts,
-- dates, ts and file ids. Keys and ids are digests of the cases' names. This is `sqlite3.Connection.iterdump()`, without
-- spaces at the ends of lines.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0012');
CREATE TABLE audit (
	n INTEGER,
	location_id TEXT NOT NULL,
	what VARCHAR NOT NULL,
	at DATETIME NOT NULL,
	"by" VARCHAR,
	detail JSON NOT NULL,
	id INTEGER NOT NULL,
	handover_id VARCHAR(32),
	PRIMARY KEY (id),
	FOREIGN KEY(handover_id) REFERENCES handover (id),
	CONSTRAINT audit_key UNIQUE (handover_id, n)
);
INSERT INTO "audit" VALUES(1,'LOC1','arrived','2026-03-02 06:00:00.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',1,'7765d3e0375440494c2ac9dd60cd30e0');
INSERT INTO "audit" VALUES(1,'LOC1','arrived','2026-03-02 06:00:10.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',2,'043bbd6c976a60007049e726787a095b');
INSERT INTO "audit" VALUES(1,'LOC1','arrived','2026-03-02 06:00:20.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',3,'5e8502b0990d4d6254afd67735faff82');
INSERT INTO "audit" VALUES(1,'LOC1','arrived','2026-03-02 06:00:30.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',4,'276e8b156041e82400412dc5a89312a3');
INSERT INTO "audit" VALUES(1,'LOC1','arrived','2026-03-02 06:00:40.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',5,'36ea5055fa30c1e8c55be54c23d1b391');
INSERT INTO "audit" VALUES(1,'LOC2','arrived','2026-03-02 06:00:50.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',6,'2e5e61dd24a5c68afff157085f223035');
INSERT INTO "audit" VALUES(1,'LOC2','arrived','2026-03-02 06:01:00.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',7,'0da4c1a8e97d4687f37601861bc9721c');
INSERT INTO "audit" VALUES(2,'LOC2','scanning','2026-03-02 06:02:00.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',8,'0da4c1a8e97d4687f37601861bc9721c');
INSERT INTO "audit" VALUES(1,'LOC2','arrived','2026-03-02 06:01:10.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',9,'13c594117b2c8d8be99a55c8c26064b9');
INSERT INTO "audit" VALUES(2,'LOC2','scanning','2026-03-02 06:02:10.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',10,'13c594117b2c8d8be99a55c8c26064b9');
INSERT INTO "audit" VALUES(1,'LOC2','arrived','2026-03-02 06:01:20.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',11,'4d9ab19bda1af69ddcf2d59c7332a6fa');
INSERT INTO "audit" VALUES(2,'LOC2','scanning','2026-03-02 06:02:20.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',12,'4d9ab19bda1af69ddcf2d59c7332a6fa');
INSERT INTO "audit" VALUES(1,'LOC2','arrived','2026-03-02 06:01:30.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',13,'492fee84408503cb2c9637898602f092');
INSERT INTO "audit" VALUES(1,'LOC3','arrived','2026-03-02 06:01:40.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',14,'20ed33ae0421c10c86b88f56d1978082');
INSERT INTO "audit" VALUES(2,'LOC3','scanning','2026-03-02 06:02:40.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',15,'20ed33ae0421c10c86b88f56d1978082');
INSERT INTO "audit" VALUES(3,'LOC3','closing','2026-03-02 06:03:40.000000',NULL,'{"status": "EndOTC", "before": "scanning", "stage": "closing"}',16,'20ed33ae0421c10c86b88f56d1978082');
INSERT INTO "audit" VALUES(1,'LOC3','arrived','2026-03-02 06:01:50.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',17,'3e57d3298b1835fde230d91ed4b7c0cb');
INSERT INTO "audit" VALUES(2,'LOC3','scanning','2026-03-02 06:02:50.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',18,'3e57d3298b1835fde230d91ed4b7c0cb');
INSERT INTO "audit" VALUES(3,'LOC3','closing','2026-03-02 06:03:50.000000',NULL,'{"status": "EndOTC", "before": "scanning", "stage": "closing"}',19,'3e57d3298b1835fde230d91ed4b7c0cb');
INSERT INTO "audit" VALUES(1,'LOC3','arrived','2026-03-02 06:02:00.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',20,'e2e71a0c164cc3de063913f34cd8c154');
INSERT INTO "audit" VALUES(2,'LOC3','scanning','2026-03-02 06:03:00.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',21,'e2e71a0c164cc3de063913f34cd8c154');
INSERT INTO "audit" VALUES(3,'LOC3','closing','2026-03-02 06:04:00.000000',NULL,'{"status": "EndOTC", "before": "scanning", "stage": "closing"}',22,'e2e71a0c164cc3de063913f34cd8c154');
INSERT INTO "audit" VALUES(1,'LOC3','arrived','2026-03-02 06:02:10.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',23,'96879d072827d0f2949c30b191b80ee5');
INSERT INTO "audit" VALUES(2,'LOC3','scanning','2026-03-02 06:03:10.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',24,'96879d072827d0f2949c30b191b80ee5');
INSERT INTO "audit" VALUES(3,'LOC3','closing','2026-03-02 06:04:10.000000',NULL,'{"status": "EndOTC", "before": "scanning", "stage": "closing"}',25,'96879d072827d0f2949c30b191b80ee5');
INSERT INTO "audit" VALUES(1,'LOC4','arrived','2026-03-02 06:02:20.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',26,'f9f2cc2f7e6a4723674faf41e77828be');
INSERT INTO "audit" VALUES(2,'LOC4','scanning','2026-03-02 06:03:20.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',27,'f9f2cc2f7e6a4723674faf41e77828be');
INSERT INTO "audit" VALUES(3,'LOC4','closing','2026-03-02 06:04:20.000000',NULL,'{"status": "EndOTC", "before": "scanning", "stage": "closing"}',28,'f9f2cc2f7e6a4723674faf41e77828be');
INSERT INTO "audit" VALUES(1,'LOC4','arrived','2026-03-02 06:02:30.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',29,'e591f18615a3fb202af232a3a8d7e78c');
INSERT INTO "audit" VALUES(2,'LOC4','scanning','2026-03-02 06:03:30.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',30,'e591f18615a3fb202af232a3a8d7e78c');
INSERT INTO "audit" VALUES(3,'LOC4','closing','2026-03-02 06:04:30.000000',NULL,'{"status": "EndOTC", "before": "scanning", "stage": "closing"}',31,'e591f18615a3fb202af232a3a8d7e78c');
INSERT INTO "audit" VALUES(1,'LOC4','arrived','2026-03-02 06:02:40.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',32,'54eac5be82fc4bcc399ab1ca4097831a');
INSERT INTO "audit" VALUES(2,'LOC4','scanning','2026-03-02 06:03:40.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',33,'54eac5be82fc4bcc399ab1ca4097831a');
INSERT INTO "audit" VALUES(3,'LOC4','closing','2026-03-02 06:04:40.000000',NULL,'{"status": "EndOTC", "before": "scanning", "stage": "closing"}',34,'54eac5be82fc4bcc399ab1ca4097831a');
INSERT INTO "audit" VALUES(1,'LOC4','arrived','2026-03-02 06:02:50.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',35,'1ddb27d5b8bbf1f81b3d0c685b271795');
INSERT INTO "audit" VALUES(2,'LOC4','scanning','2026-03-02 06:03:50.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',36,'1ddb27d5b8bbf1f81b3d0c685b271795');
INSERT INTO "audit" VALUES(3,'LOC4','closing','2026-03-02 06:04:50.000000',NULL,'{"status": "EndOTC", "before": "scanning", "stage": "closing"}',37,'1ddb27d5b8bbf1f81b3d0c685b271795');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:03:00.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',38,'9142c66d740ba040f2d923397d62fd7d');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:04:00.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',39,'9142c66d740ba040f2d923397d62fd7d');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:06:00.000000','U0ASHA','{"counted": 1, "scanned": 1}',40,'9142c66d740ba040f2d923397d62fd7d');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:08:00.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',41,'9142c66d740ba040f2d923397d62fd7d');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:03:10.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',42,'83ed101d7cf8e6704adfc1ce440fdae5');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:04:10.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',43,'83ed101d7cf8e6704adfc1ce440fdae5');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:06:10.000000','U0ASHA','{"counted": 1, "scanned": 1}',44,'83ed101d7cf8e6704adfc1ce440fdae5');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:08:10.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',45,'83ed101d7cf8e6704adfc1ce440fdae5');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:03:20.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',46,'d412d4b2e8501d27f4825702763f585b');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:04:20.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',47,'d412d4b2e8501d27f4825702763f585b');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:06:20.000000','U0ASHA','{"counted": 1, "scanned": 1}',48,'d412d4b2e8501d27f4825702763f585b');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:08:20.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',49,'d412d4b2e8501d27f4825702763f585b');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:03:30.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',50,'0b9684712e75a0160d2a1aa72e44053d');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:04:30.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',51,'0b9684712e75a0160d2a1aa72e44053d');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:06:30.000000','U0ASHA','{"counted": 1, "scanned": 1}',52,'0b9684712e75a0160d2a1aa72e44053d');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:08:30.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',53,'0b9684712e75a0160d2a1aa72e44053d');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:03:40.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',54,'fc43ac3dfa9b48b553b4e8ba8926ec6f');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:04:40.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',55,'fc43ac3dfa9b48b553b4e8ba8926ec6f');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:06:40.000000','U0ASHA','{"counted": 1, "scanned": 1}',56,'fc43ac3dfa9b48b553b4e8ba8926ec6f');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:08:40.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',57,'fc43ac3dfa9b48b553b4e8ba8926ec6f');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:03:50.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',58,'170aba8c6e9217f0d650519314b5de19');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:04:50.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',59,'170aba8c6e9217f0d650519314b5de19');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:06:50.000000','U0ASHA','{"counted": 1, "scanned": 1}',60,'170aba8c6e9217f0d650519314b5de19');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:08:50.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',61,'170aba8c6e9217f0d650519314b5de19');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:04:00.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',62,'e0b95c3dced0ef9dddd410edc754fc30');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:05:00.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',63,'e0b95c3dced0ef9dddd410edc754fc30');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:07:00.000000','U0ASHA','{"counted": 1, "scanned": 1}',64,'e0b95c3dced0ef9dddd410edc754fc30');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:09:00.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',65,'e0b95c3dced0ef9dddd410edc754fc30');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:04:10.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',66,'0f40c1d5aeeb7728b8f4e6bcd450e39f');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:05:10.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',67,'0f40c1d5aeeb7728b8f4e6bcd450e39f');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:07:10.000000','U0ASHA','{"counted": 1, "scanned": 1}',68,'0f40c1d5aeeb7728b8f4e6bcd450e39f');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:09:10.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',69,'0f40c1d5aeeb7728b8f4e6bcd450e39f');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:04:20.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',70,'3eb0870030f80098fcf3c3d5d1c8fbc5');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:05:20.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',71,'3eb0870030f80098fcf3c3d5d1c8fbc5');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:07:20.000000','U0ASHA','{"counted": 1, "scanned": 1}',72,'3eb0870030f80098fcf3c3d5d1c8fbc5');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:09:20.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',73,'3eb0870030f80098fcf3c3d5d1c8fbc5');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:04:30.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',74,'a2ef0456381554eb779dd92555cf8d31');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:05:30.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',75,'a2ef0456381554eb779dd92555cf8d31');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:07:30.000000','U0ASHA','{"counted": 1, "scanned": 1}',76,'a2ef0456381554eb779dd92555cf8d31');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:09:30.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',77,'a2ef0456381554eb779dd92555cf8d31');
INSERT INTO "audit" VALUES(1,'LOC5','arrived','2026-03-02 06:04:40.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',78,'b9855534c8432e35a16255b766311ebf');
INSERT INTO "audit" VALUES(2,'LOC5','scanning','2026-03-02 06:05:40.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',79,'b9855534c8432e35a16255b766311ebf');
INSERT INTO "audit" VALUES(3,'LOC5','counted','2026-03-02 06:07:40.000000','U0ASHA','{"counted": 1, "scanned": 1}',80,'b9855534c8432e35a16255b766311ebf');
INSERT INTO "audit" VALUES(4,'LOC5','left','2026-03-02 06:09:40.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',81,'b9855534c8432e35a16255b766311ebf');
INSERT INTO "audit" VALUES(1,'DAY0','arrived','2026-03-02 06:04:50.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',82,'e3ad05f8c04cfdd1a75d15bb82241e1a');
INSERT INTO "audit" VALUES(2,'DAY0','scanning','2026-03-02 06:05:50.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',83,'e3ad05f8c04cfdd1a75d15bb82241e1a');
INSERT INTO "audit" VALUES(3,'DAY0','counted','2026-03-02 06:07:50.000000','U0ASHA','{"counted": 1, "scanned": 1}',84,'e3ad05f8c04cfdd1a75d15bb82241e1a');
INSERT INTO "audit" VALUES(4,'DAY0','left','2026-03-02 06:09:50.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',85,'e3ad05f8c04cfdd1a75d15bb82241e1a');
INSERT INTO "audit" VALUES(1,'DAY1','arrived','2026-03-02 06:05:00.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',86,'e92be5542a4c8b6be8e924f5f23b1603');
INSERT INTO "audit" VALUES(2,'DAY1','scanning','2026-03-02 06:06:00.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',87,'e92be5542a4c8b6be8e924f5f23b1603');
INSERT INTO "audit" VALUES(3,'DAY1','counted','2026-03-02 06:08:00.000000','U0ASHA','{"counted": 1, "scanned": 1}',88,'e92be5542a4c8b6be8e924f5f23b1603');
INSERT INTO "audit" VALUES(4,'DAY1','left','2026-03-02 06:10:00.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',89,'e92be5542a4c8b6be8e924f5f23b1603');
INSERT INTO "audit" VALUES(1,'DAY2','arrived','2026-03-02 06:05:10.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',90,'43bfc8b6901802676ef55dbc5a841cb0');
INSERT INTO "audit" VALUES(2,'DAY2','scanning','2026-03-02 06:06:10.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',91,'43bfc8b6901802676ef55dbc5a841cb0');
INSERT INTO "audit" VALUES(3,'DAY2','counted','2026-03-02 06:08:10.000000','U0ASHA','{"counted": 1, "scanned": 1}',92,'43bfc8b6901802676ef55dbc5a841cb0');
INSERT INTO "audit" VALUES(4,'DAY2','left','2026-03-02 06:10:10.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',93,'43bfc8b6901802676ef55dbc5a841cb0');
INSERT INTO "audit" VALUES(1,'DAY3','arrived','2026-03-02 06:05:20.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',94,'dd1b95a28f04b0ad81873ce495747cee');
INSERT INTO "audit" VALUES(2,'DAY3','scanning','2026-03-02 06:06:20.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',95,'dd1b95a28f04b0ad81873ce495747cee');
INSERT INTO "audit" VALUES(3,'DAY3','counted','2026-03-02 06:08:20.000000','U0ASHA','{"counted": 1, "scanned": 1}',96,'dd1b95a28f04b0ad81873ce495747cee');
INSERT INTO "audit" VALUES(4,'DAY3','left','2026-03-02 06:10:20.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',97,'dd1b95a28f04b0ad81873ce495747cee');
INSERT INTO "audit" VALUES(1,'DAY4','arrived','2026-03-02 06:05:30.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',98,'830bda036cd4fe54ee73f0fecd624009');
INSERT INTO "audit" VALUES(2,'DAY4','scanning','2026-03-02 06:06:30.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',99,'830bda036cd4fe54ee73f0fecd624009');
INSERT INTO "audit" VALUES(3,'DAY4','counted','2026-03-02 06:08:30.000000','U0ASHA','{"counted": 1, "scanned": 1}',100,'830bda036cd4fe54ee73f0fecd624009');
INSERT INTO "audit" VALUES(4,'DAY4','left','2026-03-02 06:10:30.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',101,'830bda036cd4fe54ee73f0fecd624009');
INSERT INTO "audit" VALUES(1,'DAY5','arrived','2026-03-02 06:05:40.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',102,'08235be414a1f6f62afcbb5a4d3cbfba');
INSERT INTO "audit" VALUES(2,'DAY5','scanning','2026-03-02 06:06:40.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',103,'08235be414a1f6f62afcbb5a4d3cbfba');
INSERT INTO "audit" VALUES(3,'DAY5','counted','2026-03-02 06:08:40.000000','U0ASHA','{"counted": 1, "scanned": 1}',104,'08235be414a1f6f62afcbb5a4d3cbfba');
INSERT INTO "audit" VALUES(4,'DAY5','left','2026-03-02 06:10:40.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',105,'08235be414a1f6f62afcbb5a4d3cbfba');
INSERT INTO "audit" VALUES(1,'DAY6','arrived','2026-03-02 06:05:50.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',106,'c307c8d8be29e4f3f3ec58f484f0b611');
INSERT INTO "audit" VALUES(2,'DAY6','scanning','2026-03-02 06:06:50.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',107,'c307c8d8be29e4f3f3ec58f484f0b611');
INSERT INTO "audit" VALUES(3,'DAY6','counted','2026-03-02 06:08:50.000000','U0ASHA','{"counted": 1, "scanned": 1}',108,'c307c8d8be29e4f3f3ec58f484f0b611');
INSERT INTO "audit" VALUES(4,'DAY6','left','2026-03-02 06:10:50.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',109,'c307c8d8be29e4f3f3ec58f484f0b611');
INSERT INTO "audit" VALUES(1,'DAY7','arrived','2026-03-02 06:06:00.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',110,'d65b02417e4933d57719564e4cc23aaf');
INSERT INTO "audit" VALUES(2,'DAY7','scanning','2026-03-02 06:07:00.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',111,'d65b02417e4933d57719564e4cc23aaf');
INSERT INTO "audit" VALUES(3,'DAY7','counted','2026-03-02 06:09:00.000000','U0ASHA','{"counted": 1, "scanned": 1}',112,'d65b02417e4933d57719564e4cc23aaf');
INSERT INTO "audit" VALUES(4,'DAY7','left','2026-03-02 06:11:00.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',113,'d65b02417e4933d57719564e4cc23aaf');
INSERT INTO "audit" VALUES(1,'DAY8','arrived','2026-03-02 06:06:10.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',114,'6391b7b93eae062c436b5fa60aa42922');
INSERT INTO "audit" VALUES(2,'DAY8','scanning','2026-03-02 06:07:10.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',115,'6391b7b93eae062c436b5fa60aa42922');
INSERT INTO "audit" VALUES(3,'DAY8','counted','2026-03-02 06:09:10.000000','U0ASHA','{"counted": 1, "scanned": 1}',116,'6391b7b93eae062c436b5fa60aa42922');
INSERT INTO "audit" VALUES(4,'DAY8','left','2026-03-02 06:11:10.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',117,'6391b7b93eae062c436b5fa60aa42922');
INSERT INTO "audit" VALUES(1,'DAY9','arrived','2026-03-02 06:06:20.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',118,'0c1763a5deb9a6fa4fc60c78430456fd');
INSERT INTO "audit" VALUES(2,'DAY9','scanning','2026-03-02 06:07:20.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',119,'0c1763a5deb9a6fa4fc60c78430456fd');
INSERT INTO "audit" VALUES(3,'DAY9','counted','2026-03-02 06:09:20.000000','U0ASHA','{"counted": 1, "scanned": 1}',120,'0c1763a5deb9a6fa4fc60c78430456fd');
INSERT INTO "audit" VALUES(4,'DAY9','left','2026-03-02 06:11:20.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',121,'0c1763a5deb9a6fa4fc60c78430456fd');
INSERT INTO "audit" VALUES(1,'DAY10','arrived','2026-03-02 06:06:30.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',122,'181c59815e9db9f2e1843f679bbc7894');
INSERT INTO "audit" VALUES(2,'DAY10','scanning','2026-03-02 06:07:30.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',123,'181c59815e9db9f2e1843f679bbc7894');
INSERT INTO "audit" VALUES(3,'DAY10','counted','2026-03-02 06:09:30.000000','U0ASHA','{"counted": 1, "scanned": 1}',124,'181c59815e9db9f2e1843f679bbc7894');
INSERT INTO "audit" VALUES(4,'DAY10','left','2026-03-02 06:11:30.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',125,'181c59815e9db9f2e1843f679bbc7894');
INSERT INTO "audit" VALUES(1,'DAY11','arrived','2026-03-02 06:06:40.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',126,'4fd8bb26cd30a4f0f831b50e4d09aedd');
INSERT INTO "audit" VALUES(2,'DAY11','scanning','2026-03-02 06:07:40.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',127,'4fd8bb26cd30a4f0f831b50e4d09aedd');
INSERT INTO "audit" VALUES(3,'DAY11','counted','2026-03-02 06:09:40.000000','U0ASHA','{"counted": 1, "scanned": 1}',128,'4fd8bb26cd30a4f0f831b50e4d09aedd');
INSERT INTO "audit" VALUES(4,'DAY11','left','2026-03-02 06:11:40.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',129,'4fd8bb26cd30a4f0f831b50e4d09aedd');
INSERT INTO "audit" VALUES(1,'DAY12','arrived','2026-03-02 06:06:50.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',130,'b473b4090c6da6679c6c57e19b2e01f1');
INSERT INTO "audit" VALUES(2,'DAY12','scanning','2026-03-02 06:07:50.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',131,'b473b4090c6da6679c6c57e19b2e01f1');
INSERT INTO "audit" VALUES(3,'DAY12','counted','2026-03-02 06:09:50.000000','U0ASHA','{"counted": 1, "scanned": 1}',132,'b473b4090c6da6679c6c57e19b2e01f1');
INSERT INTO "audit" VALUES(4,'DAY12','left','2026-03-02 06:11:50.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',133,'b473b4090c6da6679c6c57e19b2e01f1');
INSERT INTO "audit" VALUES(1,'DAY13','arrived','2026-03-02 06:07:00.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',134,'1b17b2d91e12391a7658894a219103aa');
INSERT INTO "audit" VALUES(2,'DAY13','scanning','2026-03-02 06:08:00.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',135,'1b17b2d91e12391a7658894a219103aa');
INSERT INTO "audit" VALUES(3,'DAY13','counted','2026-03-02 06:10:00.000000','U0ASHA','{"counted": 1, "scanned": 1}',136,'1b17b2d91e12391a7658894a219103aa');
INSERT INTO "audit" VALUES(4,'DAY13','left','2026-03-02 06:12:00.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',137,'1b17b2d91e12391a7658894a219103aa');
INSERT INTO "audit" VALUES(1,'DAY14','arrived','2026-03-02 06:07:10.000000',NULL,'{"status": "StartOTC", "stage": "waiting"}',138,'a924ff644f4ea8d4cf6f7e2e68fd687c');
INSERT INTO "audit" VALUES(2,'DAY14','scanning','2026-03-02 06:08:10.000000',NULL,'{"status": "Scanning", "before": "waiting", "stage": "scanning"}',139,'a924ff644f4ea8d4cf6f7e2e68fd687c');
INSERT INTO "audit" VALUES(3,'DAY14','counted','2026-03-02 06:10:10.000000','U0ASHA','{"counted": 1, "scanned": 1}',140,'a924ff644f4ea8d4cf6f7e2e68fd687c');
INSERT INTO "audit" VALUES(4,'DAY14','left','2026-03-02 06:12:10.000000',NULL,'{"scanned": 1, "accepted": 1, "rejected": 0, "mismatched": 0, "counted": 1, "end_total": null}',141,'a924ff644f4ea8d4cf6f7e2e68fd687c');
CREATE TABLE claim (
	id VARCHAR(32) NOT NULL,
	handover_id VARCHAR(32) NOT NULL,
	location_id TEXT NOT NULL,
	tracking_id TEXT NOT NULL,
	kind VARCHAR NOT NULL,
	note TEXT NOT NULL,
	opened_by VARCHAR,
	opened_at DATETIME NOT NULL,
	due_at DATETIME NOT NULL,
	reminded INTEGER NOT NULL,
	claimed_by VARCHAR,
	claimed_at DATETIME,
	reference TEXT NOT NULL, "key" TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(handover_id) REFERENCES handover (id),
	CONSTRAINT claim_key UNIQUE (handover_id, tracking_id)
);
CREATE TABLE digest (
	id INTEGER NOT NULL,
	"key" VARCHAR(32) NOT NULL,
	location_id TEXT NOT NULL,
	day DATE NOT NULL,
	state VARCHAR NOT NULL,
	channel VARCHAR NOT NULL,
	ts VARCHAR NOT NULL,
	file_ids JSON NOT NULL,
	attempts INTEGER NOT NULL,
	attempted_at DATETIME,
	not_before DATETIME,
	error TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE ("key"),
	CONSTRAINT digest_key UNIQUE (location_id, day)
);
INSERT INTO "digest" VALUES(1,'392fb005968984378d8ec51e53c1cb60','DAY0','2026-03-02','pending','','','[]',0,NULL,NULL,'');
INSERT INTO "digest" VALUES(2,'321d0bbba2fbc809bde439df9fd89e46','DAY1','2026-03-02','sending','C0DAY1','','[]',1,'2026-03-02 08:50:00.000000',NULL,'');
INSERT INTO "digest" VALUES(3,'064a21e0da13ff29b6d861c6a291ba05','DAY2','2026-03-02','sending','C0DAY2','','[]',1,'2026-03-02 08:50:00.000000',NULL,'');
INSERT INTO "digest" VALUES(4,'01f743ff94654d60ef27a4b4bd387e3f','DAY3','2026-03-02','unknown','C0DAY3','','[]',1,'2026-03-02 08:50:00.000000','2026-03-02 08:50:00.000000','internal_error');
INSERT INTO "digest" VALUES(5,'4364e5d2620865b7495b037b38935474','DAY4','2026-03-02','unknown','C0DAY4','','[]',1,'2026-03-02 08:50:00.000000','2026-03-02 08:50:00.000000','internal_error');
INSERT INTO "digest" VALUES(6,'ec97e7151552a2a3f5a69cbd0afceba7','DAY5','2026-03-02','pending','C0DAY5','','[]',3,'2026-03-02 08:50:00.000000','2026-03-02 09:00:02.000000','ratelimited');
INSERT INTO "digest" VALUES(7,'0dcc536a909149fbfa73f5123ab4c93d','DAY6','2026-03-02','pending','C0DAY6','1772440800.000006','[]',0,NULL,NULL,'');
INSERT INTO "digest" VALUES(8,'46eed79b4efd47aa1b28fc23f7244e38','DAY7','2026-03-02','pending','C0DAY7','1772440800.000007','["F029D755FB", ""]',4,'2026-03-02 08:50:00.000000',NULL,'upload_http_500');
INSERT INTO "digest" VALUES(9,'1b962e2ab0e748acbad8394d096ffe4b','DAY8','2026-03-02','pending','C0DAY8','1772440800.000008','["F0C2FDFE88", "F09BB696BD"]',0,NULL,NULL,'');
INSERT INTO "digest" VALUES(10,'16183174761941cb7872ca2cd2070f11','DAY9','2026-03-02','sending','C0DAY9','1772440800.000009','["F0031D00EC", "F05B5C8EE5"]',1,'2026-03-02 08:50:00.000000',NULL,'');
INSERT INTO "digest" VALUES(11,'f1f49537266279fc943e77bf9164c46c','DAY10','2026-03-02','sending','C0DAY10','1772440800.000010','["F01B9ACF9A", "F0858A9741"]',1,'2026-03-02 08:50:00.000000',NULL,'');
INSERT INTO "digest" VALUES(12,'e00a16177d9cf530bfdbe13259f5d48b','DAY11','2026-03-02','unknown','C0DAY11','1772440800.000011','["F04AEA20BF", "F04CEB73DD"]',1,'2026-03-02 08:50:00.000000','2026-03-02 08:50:00.000000','internal_error');
INSERT INTO "digest" VALUES(13,'5e37a08bc26dc0123229bccf717670af','DAY12','2026-03-02','unknown','C0DAY12','1772440800.000012','["F0E5C761C7", "F010CD556D"]',1,'2026-03-02 08:50:00.000000','2026-03-02 08:50:00.000000','internal_error');
INSERT INTO "digest" VALUES(14,'e7ff3158f952a815ceec20fecc86ea73','DAY13','2026-03-02','sent','C0DAY13','1772440800.000013','["F07972F79D", "F05422BAD2"]',1,NULL,NULL,'');
INSERT INTO "digest" VALUES(15,'01a088c3976dd2a17c2ddc55318c4264','DAY14','2026-03-02','lost','','','[]',9,NULL,NULL,'channel_not_found');
CREATE TABLE "expected" (
	id INTEGER NOT NULL,
	location_id TEXT NOT NULL,
	"key" TEXT NOT NULL,
	tracking_id TEXT NOT NULL,
	return_id TEXT NOT NULL,
	order_item_id TEXT NOT NULL,
	reason TEXT NOT NULL,
	expected_on DATE,
	source VARCHAR NOT NULL,
	listed_at DATETIME NOT NULL,
	state VARCHAR NOT NULL,
	list_id TEXT NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT expected_key UNIQUE (location_id, "key")
);
CREATE TABLE flipkart_minute (
	minute INTEGER NOT NULL,
	calls INTEGER NOT NULL,
	PRIMARY KEY (minute)
);
CREATE TABLE "handover" (
	id VARCHAR(32) NOT NULL,
	location_id TEXT NOT NULL,
	fe_id TEXT NOT NULL,
	task_id TEXT NOT NULL,
	fe_name TEXT NOT NULL,
	partner TEXT NOT NULL,
	lob TEXT NOT NULL,
	otc_mode VARCHAR NOT NULL,
	status TEXT NOT NULL,
	stage VARCHAR NOT NULL,
	misses INTEGER NOT NULL,
	arrived_at DATETIME NOT NULL,
	scanning_at DATETIME,
	closing_at DATETIME,
	ended_at DATETIME,
	scanned INTEGER NOT NULL,
	accepted INTEGER NOT NULL,
	rejected INTEGER NOT NULL,
	mismatched INTEGER NOT NULL,
	obd_eligible INTEGER NOT NULL,
	obd_remarked INTEGER NOT NULL,
	unsaid JSON NOT NULL,
	first_scan_at DATETIME,
	last_scan_at DATETIME,
	counted INTEGER,
	counted_by VARCHAR,
	counted_at DATETIME,
	counted_scanned INTEGER,
	start_otc_by VARCHAR,
	start_otc_at DATETIME,
	start_otc_until DATETIME,
	end_otc_by VARCHAR,
	end_otc_at DATETIME,
	end_total INTEGER,
	end_reason TEXT NOT NULL,
	cursor_newest TEXT,
	cursor_next TEXT,
	cursor_version INTEGER NOT NULL,
	events INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	running INTEGER NOT NULL,
	own_scanned INTEGER NOT NULL,
	own_only INTEGER NOT NULL,
	matched INTEGER NOT NULL,
	unexpected INTEGER,
	awaited INTEGER,
	taken_by VARCHAR,
	taken_at DATETIME, own_meant BOOLEAN DEFAULT 0 NOT NULL, withdrawn INTEGER DEFAULT '0' NOT NULL, missing_since DATETIME, shown_revision INTEGER DEFAULT '0' NOT NULL, shown_at DATETIME,
	PRIMARY KEY (id),
	CONSTRAINT handover_key UNIQUE (location_id, fe_id, task_id)
);
INSERT INTO "handover" VALUES('7765d3e0375440494c2ac9dd60cd30e0','LOC1','card-pending','task-card-pending','FE card-pending','eKart','NONLARGE','DynamicStartEnd','StartOTC','waiting',0,'2026-03-02 06:00:00.000000',NULL,NULL,NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,1,1,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,0,NULL);
INSERT INTO "handover" VALUES('043bbd6c976a60007049e726787a095b','LOC1','card-sending-done','task-card-sending-done','FE card-sending-done','eKart','NONLARGE','DynamicStartEnd','StartOTC','waiting',0,'2026-03-02 06:00:10.000000',NULL,NULL,NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,1,1,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,0,NULL);
INSERT INTO "handover" VALUES('5e8502b0990d4d6254afd67735faff82','LOC1','card-sending-not','task-card-sending-not','FE card-sending-not','eKart','NONLARGE','DynamicStartEnd','StartOTC','waiting',0,'2026-03-02 06:00:20.000000',NULL,NULL,NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,1,1,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,0,NULL);
INSERT INTO "handover" VALUES('276e8b156041e82400412dc5a89312a3','LOC1','card-unknown-done','task-card-unknown-done','FE card-unknown-done','eKart','NONLARGE','DynamicStartEnd','StartOTC','waiting',0,'2026-03-02 06:00:30.000000',NULL,NULL,NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,1,1,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,0,NULL);
INSERT INTO "handover" VALUES('36ea5055fa30c1e8c55be54c23d1b391','LOC1','card-unknown-not','task-card-unknown-not','FE card-unknown-not','eKart','NONLARGE','DynamicStartEnd','StartOTC','waiting',0,'2026-03-02 06:00:40.000000',NULL,NULL,NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,1,1,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,0,NULL);
INSERT INTO "handover" VALUES('2e5e61dd24a5c68afff157085f223035','LOC2','card-backoff','task-card-backoff','FE card-backoff','eKart','NONLARGE','DynamicStartEnd','StartOTC','waiting',0,'2026-03-02 06:00:50.000000',NULL,NULL,NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,1,1,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,0,NULL);
INSERT INTO "handover" VALUES('0da4c1a8e97d4687f37601861bc9721c','LOC2','card-lost','task-card-lost','FE card-lost','eKart','NONLARGE','DynamicStartEnd','Scanning','scanning',0,'2026-03-02 06:01:00.000000','2026-03-02 06:02:00.000000',NULL,NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,2,2,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,4611686018427387904,'2026-03-02 06:01:00.000000');
INSERT INTO "handover" VALUES('13c594117b2c8d8be99a55c8c26064b9','LOC2','card-given-up','task-card-given-up','FE card-given-up','eKart','NONLARGE','DynamicStartEnd','Scanning','scanning',0,'2026-03-02 06:01:10.000000','2026-03-02 06:02:10.000000',NULL,NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,2,2,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,4611686018427387904,NULL);
INSERT INTO "handover" VALUES('4d9ab19bda1af69ddcf2d59c7332a6fa','LOC2','card-stale','task-card-stale','FE card-stale','eKart','NONLARGE','DynamicStartEnd','Scanning','scanning',0,'2026-03-02 06:01:20.000000','2026-03-02 06:02:20.000000',NULL,NULL,7,7,0,0,0,0,'[]','2026-03-02 06:03:20.000000','2026-03-02 06:04:20.000000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'','/sellers/v3/returns/tasks/shipments/eyJ0YXNrSWQiOiAidGFzay1jYXJkLXN0YWxlIiwgImZlSWQiOiAiY2FyZC1zdGFsZSIsICJldGFnIjogImNhcmQtc3RhbGUtNCIsICJwYWdlU2l6ZSI6IDUsICJlcmEiOiAwLCAic2lnIjogIj8%2FPz4%2BPiJ9IA%3D%3D',NULL,2,2,4,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,2,'2026-03-02 06:01:20.000000');
INSERT INTO "handover" VALUES('492fee84408503cb2c9637898602f092','LOC2','card-fresh','task-card-fresh','FE card-fresh','eKart','NONLARGE','DynamicStartEnd','StartOTC','waiting',0,'2026-03-02 06:01:30.000000',NULL,NULL,NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,1,1,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,1,'2026-03-02 06:01:30.000000');
INSERT INTO "handover" VALUES('20ed33ae0421c10c86b88f56d1978082','LOC3','reply-pending','task-reply-pending','FE reply-pending','eKart','NONLARGE','DynamicStartEnd','EndOTC','closing',0,'2026-03-02 06:01:40.000000','2026-03-02 06:02:40.000000','2026-03-02 06:03:40.000000',NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,3,3,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,3,'2026-03-02 06:01:40.000000');
INSERT INTO "handover" VALUES('3e57d3298b1835fde230d91ed4b7c0cb','LOC3','reply-sending-done','task-reply-sending-done','FE reply-sending-done','eKart','NONLARGE','DynamicStartEnd','EndOTC','closing',0,'2026-03-02 06:01:50.000000','2026-03-02 06:02:50.000000','2026-03-02 06:03:50.000000',NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,3,3,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,3,'2026-03-02 06:01:50.000000');
INSERT INTO "handover" VALUES('e2e71a0c164cc3de063913f34cd8c154','LOC3','reply-sending-not','task-reply-sending-not','FE reply-sending-not','eKart','NONLARGE','DynamicStartEnd','EndOTC','closing',0,'2026-03-02 06:02:00.000000','2026-03-02 06:03:00.000000','2026-03-02 06:04:00.000000',NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,3,3,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,3,'2026-03-02 06:02:00.000000');
INSERT INTO "handover" VALUES('96879d072827d0f2949c30b191b80ee5','LOC3','reply-unknown-done','task-reply-unknown-done','FE reply-unknown-done','eKart','NONLARGE','DynamicStartEnd','EndOTC','closing',0,'2026-03-02 06:02:10.000000','2026-03-02 06:03:10.000000','2026-03-02 06:04:10.000000',NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,3,3,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,3,'2026-03-02 06:02:10.000000');
INSERT INTO "handover" VALUES('f9f2cc2f7e6a4723674faf41e77828be','LOC4','reply-unknown-not','task-reply-unknown-not','FE reply-unknown-not','eKart','NONLARGE','DynamicStartEnd','EndOTC','closing',0,'2026-03-02 06:02:20.000000','2026-03-02 06:03:20.000000','2026-03-02 06:04:20.000000',NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,3,3,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,3,'2026-03-02 06:02:20.000000');
INSERT INTO "handover" VALUES('e591f18615a3fb202af232a3a8d7e78c','LOC4','reply-backoff','task-reply-backoff','FE reply-backoff','eKart','NONLARGE','DynamicStartEnd','EndOTC','closing',0,'2026-03-02 06:02:30.000000','2026-03-02 06:03:30.000000','2026-03-02 06:04:30.000000',NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,3,3,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,3,'2026-03-02 06:02:30.000000');
INSERT INTO "handover" VALUES('54eac5be82fc4bcc399ab1ca4097831a','LOC4','reply-lost','task-reply-lost','FE reply-lost','eKart','NONLARGE','DynamicStartEnd','EndOTC','closing',0,'2026-03-02 06:02:40.000000','2026-03-02 06:03:40.000000','2026-03-02 06:04:40.000000',NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,3,3,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,3,'2026-03-02 06:02:40.000000');
INSERT INTO "handover" VALUES('1ddb27d5b8bbf1f81b3d0c685b271795','LOC4','reply-sent','task-reply-sent','FE reply-sent','eKart','NONLARGE','DynamicStartEnd','EndOTC','closing',0,'2026-03-02 06:02:50.000000','2026-03-02 06:03:50.000000','2026-03-02 06:04:50.000000',NULL,0,0,0,0,0,0,'[]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,0,3,3,0,0,0,0,NULL,NULL,NULL,NULL,0,0,NULL,3,'2026-03-02 06:02:50.000000');
INSERT INTO "handover" VALUES('9142c66d740ba040f2d923397d62fd7d','LOC5','receipt-pending','task-receipt-pending','FE receipt-pending','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:03:00.000000','2026-03-02 06:04:00.000000',NULL,'2026-03-02 06:08:00.000000',1,1,0,0,0,0,'[]','2026-03-02 06:05:00.000000','2026-03-02 06:05:00.000000',1,'U0ASHA','2026-03-02 06:06:00.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:07:00.000000',5,'2026-03-02 06:03:00.000000');
INSERT INTO "handover" VALUES('83ed101d7cf8e6704adfc1ce440fdae5','LOC5','receipt-half','task-receipt-half','FE receipt-half','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:03:10.000000','2026-03-02 06:04:10.000000',NULL,'2026-03-02 06:08:10.000000',1,1,0,0,0,0,'[]','2026-03-02 06:05:10.000000','2026-03-02 06:05:10.000000',1,'U0ASHA','2026-03-02 06:06:10.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:07:10.000000',5,'2026-03-02 06:03:10.000000');
INSERT INTO "handover" VALUES('d412d4b2e8501d27f4825702763f585b','LOC5','receipt-filled','task-receipt-filled','FE receipt-filled','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:03:20.000000','2026-03-02 06:04:20.000000',NULL,'2026-03-02 06:08:20.000000',1,1,0,0,0,0,'[]','2026-03-02 06:05:20.000000','2026-03-02 06:05:20.000000',1,'U0ASHA','2026-03-02 06:06:20.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:07:20.000000',5,'2026-03-02 06:03:20.000000');
INSERT INTO "handover" VALUES('0b9684712e75a0160d2a1aa72e44053d','LOC5','receipt-sending-done','task-receipt-sending-done','FE receipt-sending-done','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:03:30.000000','2026-03-02 06:04:30.000000',NULL,'2026-03-02 06:08:30.000000',1,1,0,0,0,0,'[]','2026-03-02 06:05:30.000000','2026-03-02 06:05:30.000000',1,'U0ASHA','2026-03-02 06:06:30.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:07:30.000000',5,'2026-03-02 06:03:30.000000');
INSERT INTO "handover" VALUES('fc43ac3dfa9b48b553b4e8ba8926ec6f','LOC5','receipt-sending-not','task-receipt-sending-not','FE receipt-sending-not','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:03:40.000000','2026-03-02 06:04:40.000000',NULL,'2026-03-02 06:08:40.000000',1,1,0,0,0,0,'[]','2026-03-02 06:05:40.000000','2026-03-02 06:05:40.000000',1,'U0ASHA','2026-03-02 06:06:40.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:07:40.000000',5,'2026-03-02 06:03:40.000000');
INSERT INTO "handover" VALUES('170aba8c6e9217f0d650519314b5de19','LOC5','receipt-unknown-done','task-receipt-unknown-done','FE receipt-unknown-done','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:03:50.000000','2026-03-02 06:04:50.000000',NULL,'2026-03-02 06:08:50.000000',1,1,0,0,0,0,'[]','2026-03-02 06:05:50.000000','2026-03-02 06:05:50.000000',1,'U0ASHA','2026-03-02 06:06:50.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:07:50.000000',5,'2026-03-02 06:03:50.000000');
INSERT INTO "handover" VALUES('e0b95c3dced0ef9dddd410edc754fc30','LOC5','receipt-unknown-not','task-receipt-unknown-not','FE receipt-unknown-not','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:04:00.000000','2026-03-02 06:05:00.000000',NULL,'2026-03-02 06:09:00.000000',1,1,0,0,0,0,'[]','2026-03-02 06:06:00.000000','2026-03-02 06:06:00.000000',1,'U0ASHA','2026-03-02 06:07:00.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:08:00.000000',5,'2026-03-02 06:04:00.000000');
INSERT INTO "handover" VALUES('0f40c1d5aeeb7728b8f4e6bcd450e39f','LOC5','receipt-unknown-gone','task-receipt-unknown-gone','FE receipt-unknown-gone','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:04:10.000000','2026-03-02 06:05:10.000000',NULL,'2026-03-02 06:09:10.000000',1,1,0,0,0,0,'[]','2026-03-02 06:06:10.000000','2026-03-02 06:06:10.000000',1,'U0ASHA','2026-03-02 06:07:10.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:08:10.000000',5,'2026-03-02 06:04:10.000000');
INSERT INTO "handover" VALUES('3eb0870030f80098fcf3c3d5d1c8fbc5','LOC5','receipt-backoff','task-receipt-backoff','FE receipt-backoff','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:04:20.000000','2026-03-02 06:05:20.000000',NULL,'2026-03-02 06:09:20.000000',1,1,0,0,0,0,'[]','2026-03-02 06:06:20.000000','2026-03-02 06:06:20.000000',1,'U0ASHA','2026-03-02 06:07:20.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:08:20.000000',5,'2026-03-02 06:04:20.000000');
INSERT INTO "handover" VALUES('a2ef0456381554eb779dd92555cf8d31','LOC5','receipt-sent','task-receipt-sent','FE receipt-sent','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:04:30.000000','2026-03-02 06:05:30.000000',NULL,'2026-03-02 06:09:30.000000',1,1,0,0,0,0,'[]','2026-03-02 06:06:30.000000','2026-03-02 06:06:30.000000',1,'U0ASHA','2026-03-02 06:07:30.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:08:30.000000',5,'2026-03-02 06:04:30.000000');
INSERT INTO "handover" VALUES('b9855534c8432e35a16255b766311ebf','LOC5','receipt-lost','task-receipt-lost','FE receipt-lost','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:04:40.000000','2026-03-02 06:05:40.000000',NULL,'2026-03-02 06:09:40.000000',1,1,0,0,0,0,'[]','2026-03-02 06:06:40.000000','2026-03-02 06:06:40.000000',1,'U0ASHA','2026-03-02 06:07:40.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:08:40.000000',5,'2026-03-02 06:04:40.000000');
INSERT INTO "handover" VALUES('e3ad05f8c04cfdd1a75d15bb82241e1a','DAY0','digest-pending','task-digest-pending','FE digest-pending','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:04:50.000000','2026-03-02 06:05:50.000000',NULL,'2026-03-02 06:09:50.000000',1,1,0,0,0,0,'[]','2026-03-02 06:06:50.000000','2026-03-02 06:06:50.000000',1,'U0ASHA','2026-03-02 06:07:50.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:08:50.000000',5,'2026-03-02 06:04:50.000000');
INSERT INTO "handover" VALUES('e92be5542a4c8b6be8e924f5f23b1603','DAY1','digest-sending-done','task-digest-sending-done','FE digest-sending-done','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:05:00.000000','2026-03-02 06:06:00.000000',NULL,'2026-03-02 06:10:00.000000',1,1,0,0,0,0,'[]','2026-03-02 06:07:00.000000','2026-03-02 06:07:00.000000',1,'U0ASHA','2026-03-02 06:08:00.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:09:00.000000',5,'2026-03-02 06:05:00.000000');
INSERT INTO "handover" VALUES('43bfc8b6901802676ef55dbc5a841cb0','DAY2','digest-sending-not','task-digest-sending-not','FE digest-sending-not','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:05:10.000000','2026-03-02 06:06:10.000000',NULL,'2026-03-02 06:10:10.000000',1,1,0,0,0,0,'[]','2026-03-02 06:07:10.000000','2026-03-02 06:07:10.000000',1,'U0ASHA','2026-03-02 06:08:10.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:09:10.000000',5,'2026-03-02 06:05:10.000000');
INSERT INTO "handover" VALUES('dd1b95a28f04b0ad81873ce495747cee','DAY3','digest-unknown-done','task-digest-unknown-done','FE digest-unknown-done','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:05:20.000000','2026-03-02 06:06:20.000000',NULL,'2026-03-02 06:10:20.000000',1,1,0,0,0,0,'[]','2026-03-02 06:07:20.000000','2026-03-02 06:07:20.000000',1,'U0ASHA','2026-03-02 06:08:20.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:09:20.000000',5,'2026-03-02 06:05:20.000000');
INSERT INTO "handover" VALUES('830bda036cd4fe54ee73f0fecd624009','DAY4','digest-unknown-not','task-digest-unknown-not','FE digest-unknown-not','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:05:30.000000','2026-03-02 06:06:30.000000',NULL,'2026-03-02 06:10:30.000000',1,1,0,0,0,0,'[]','2026-03-02 06:07:30.000000','2026-03-02 06:07:30.000000',1,'U0ASHA','2026-03-02 06:08:30.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:09:30.000000',5,'2026-03-02 06:05:30.000000');
INSERT INTO "handover" VALUES('08235be414a1f6f62afcbb5a4d3cbfba','DAY5','digest-backoff','task-digest-backoff','FE digest-backoff','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:05:40.000000','2026-03-02 06:06:40.000000',NULL,'2026-03-02 06:10:40.000000',1,1,0,0,0,0,'[]','2026-03-02 06:07:40.000000','2026-03-02 06:07:40.000000',1,'U0ASHA','2026-03-02 06:08:40.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:09:40.000000',5,'2026-03-02 06:05:40.000000');
INSERT INTO "handover" VALUES('c307c8d8be29e4f3f3ec58f484f0b611','DAY6','digest-message','task-digest-message','FE digest-message','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:05:50.000000','2026-03-02 06:06:50.000000',NULL,'2026-03-02 06:10:50.000000',1,1,0,0,0,0,'[]','2026-03-02 06:07:50.000000','2026-03-02 06:07:50.000000',1,'U0ASHA','2026-03-02 06:08:50.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:09:50.000000',5,'2026-03-02 06:05:50.000000');
INSERT INTO "handover" VALUES('d65b02417e4933d57719564e4cc23aaf','DAY7','digest-half','task-digest-half','FE digest-half','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:06:00.000000','2026-03-02 06:07:00.000000',NULL,'2026-03-02 06:11:00.000000',1,1,0,0,0,0,'[]','2026-03-02 06:08:00.000000','2026-03-02 06:08:00.000000',1,'U0ASHA','2026-03-02 06:09:00.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:10:00.000000',5,'2026-03-02 06:06:00.000000');
INSERT INTO "handover" VALUES('6391b7b93eae062c436b5fa60aa42922','DAY8','digest-filled','task-digest-filled','FE digest-filled','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:06:10.000000','2026-03-02 06:07:10.000000',NULL,'2026-03-02 06:11:10.000000',1,1,0,0,0,0,'[]','2026-03-02 06:08:10.000000','2026-03-02 06:08:10.000000',1,'U0ASHA','2026-03-02 06:09:10.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:10:10.000000',5,'2026-03-02 06:06:10.000000');
INSERT INTO "handover" VALUES('0c1763a5deb9a6fa4fc60c78430456fd','DAY9','digest-shared-sending-done','task-digest-shared-sending-done','FE digest-shared-sending-done','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:06:20.000000','2026-03-02 06:07:20.000000',NULL,'2026-03-02 06:11:20.000000',1,1,0,0,0,0,'[]','2026-03-02 06:08:20.000000','2026-03-02 06:08:20.000000',1,'U0ASHA','2026-03-02 06:09:20.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:10:20.000000',5,'2026-03-02 06:06:20.000000');
INSERT INTO "handover" VALUES('181c59815e9db9f2e1843f679bbc7894','DAY10','digest-shared-sending-not','task-digest-shared-sending-not','FE digest-shared-sending-not','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:06:30.000000','2026-03-02 06:07:30.000000',NULL,'2026-03-02 06:11:30.000000',1,1,0,0,0,0,'[]','2026-03-02 06:08:30.000000','2026-03-02 06:08:30.000000',1,'U0ASHA','2026-03-02 06:09:30.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:10:30.000000',5,'2026-03-02 06:06:30.000000');
INSERT INTO "handover" VALUES('4fd8bb26cd30a4f0f831b50e4d09aedd','DAY11','digest-shared-unknown-done','task-digest-shared-unknown-done','FE digest-shared-unknown-done','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:06:40.000000','2026-03-02 06:07:40.000000',NULL,'2026-03-02 06:11:40.000000',1,1,0,0,0,0,'[]','2026-03-02 06:08:40.000000','2026-03-02 06:08:40.000000',1,'U0ASHA','2026-03-02 06:09:40.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:10:40.000000',5,'2026-03-02 06:06:40.000000');
INSERT INTO "handover" VALUES('b473b4090c6da6679c6c57e19b2e01f1','DAY12','digest-shared-unknown-not','task-digest-shared-unknown-not','FE digest-shared-unknown-not','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:06:50.000000','2026-03-02 06:07:50.000000',NULL,'2026-03-02 06:11:50.000000',1,1,0,0,0,0,'[]','2026-03-02 06:08:50.000000','2026-03-02 06:08:50.000000',1,'U0ASHA','2026-03-02 06:09:50.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:10:50.000000',5,'2026-03-02 06:06:50.000000');
INSERT INTO "handover" VALUES('1b17b2d91e12391a7658894a219103aa','DAY13','digest-sent','task-digest-sent','FE digest-sent','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:07:00.000000','2026-03-02 06:08:00.000000',NULL,'2026-03-02 06:12:00.000000',1,1,0,0,0,0,'[]','2026-03-02 06:09:00.000000','2026-03-02 06:09:00.000000',1,'U0ASHA','2026-03-02 06:10:00.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:11:00.000000',5,'2026-03-02 06:07:00.000000');
INSERT INTO "handover" VALUES('a924ff644f4ea8d4cf6f7e2e68fd687c','DAY14','digest-lost','task-digest-lost','FE digest-lost','eKart','NONLARGE','DynamicStartEnd','Scanning','left',2,'2026-03-02 06:07:10.000000','2026-03-02 06:08:10.000000',NULL,'2026-03-02 06:12:10.000000',1,1,0,0,0,0,'[]','2026-03-02 06:09:10.000000','2026-03-02 06:09:10.000000',1,'U0ASHA','2026-03-02 06:10:10.000000',1,NULL,NULL,NULL,NULL,NULL,NULL,'',NULL,NULL,1,4,5,0,0,0,0,NULL,NULL,NULL,NULL,0,0,'2026-03-02 06:11:10.000000',5,'2026-03-02 06:07:10.000000');
CREATE TABLE intent (
	id INTEGER NOT NULL,
	"key" VARCHAR(32) NOT NULL,
	handover_id VARCHAR(32) NOT NULL,
	kind VARCHAR NOT NULL,
	n INTEGER NOT NULL,
	state VARCHAR NOT NULL,
	channel VARCHAR NOT NULL,
	ts VARCHAR NOT NULL,
	attempts INTEGER NOT NULL,
	attempted_at DATETIME,
	not_before DATETIME,
	error TEXT NOT NULL,
	sent_revision INTEGER NOT NULL,
	sent_hash VARCHAR NOT NULL,
	edited_at DATETIME, failing_since DATETIME,
	PRIMARY KEY (id),
	FOREIGN KEY(handover_id) REFERENCES handover (id),
	CONSTRAINT intent_key UNIQUE (handover_id, kind, n),
	UNIQUE ("key")
);
INSERT INTO "intent" VALUES(1,'7929c15dee3af40a6ee68b02d1a6133f','7765d3e0375440494c2ac9dd60cd30e0','card',0,'pending','','',0,NULL,NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(2,'2ec8c28cd1f92d7751a3ce3763dad8a5','043bbd6c976a60007049e726787a095b','card',0,'sending','C0LOC1','',1,'2026-03-02 08:50:00.000000',NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(3,'ca218336857aa30a094ea2da0c61c0ed','5e8502b0990d4d6254afd67735faff82','card',0,'sending','C0LOC1','',1,'2026-03-02 08:50:00.000000',NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(4,'c714dae3cc4a2abac6a7056302f0f710','276e8b156041e82400412dc5a89312a3','card',0,'unknown','C0LOC1','',2,'2026-03-02 08:50:00.000000','2026-03-02 08:50:00.000000','internal_error',0,'',NULL,'2026-03-02 08:50:00.000000');
INSERT INTO "intent" VALUES(5,'bdd092c81a899966dc044b48909ffa90','36ea5055fa30c1e8c55be54c23d1b391','card',0,'unknown','C0LOC1','',2,'2026-03-02 08:50:00.000000','2026-03-02 08:50:00.000000','internal_error',0,'',NULL,'2026-03-02 08:50:00.000000');
INSERT INTO "intent" VALUES(6,'62efef226c19cbeaa52109c1d14ad5d7','2e5e61dd24a5c68afff157085f223035','card',0,'pending','C0LOC2','',3,'2026-03-02 08:50:00.000000','2026-03-02 09:00:02.000000','ratelimited',0,'',NULL,'2026-03-02 08:50:00.000000');
INSERT INTO "intent" VALUES(7,'a70258dd1214c98e5619aba4c77aaddf','0da4c1a8e97d4687f37601861bc9721c','card',0,'lost','C0LOC2','1772431200.000007',1,'2026-03-02 06:01:00.000000',NULL,'message_not_found',2,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:01:00.000000',NULL);
INSERT INTO "intent" VALUES(8,'e54b1ebdb489070b38c707b1fb0ebc7c','0da4c1a8e97d4687f37601861bc9721c','reply',2,'sent','C0LOC2','1772431200.000008',1,'2026-03-02 06:01:00.000000',NULL,'',0,'','2026-03-02 06:01:00.000000',NULL);
INSERT INTO "intent" VALUES(9,'668e3db2149efa98bc601afee40d21de','13c594117b2c8d8be99a55c8c26064b9','card',0,'lost','C0LOC2','',9,'2026-03-02 08:50:00.000000',NULL,'channel_not_found',0,'',NULL,'2026-02-27 09:00:00.000000');
INSERT INTO "intent" VALUES(10,'0f44009a88b9bdafc3be3b534893c091','13c594117b2c8d8be99a55c8c26064b9','reply',2,'pending','','',0,NULL,NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(11,'67f770925429f7aee017b645885b9482','4d9ab19bda1af69ddcf2d59c7332a6fa','card',0,'sent','C0LOC2','1772431200.000011',1,'2026-03-02 06:01:20.000000',NULL,'',2,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:01:20.000000',NULL);
INSERT INTO "intent" VALUES(12,'6ab8897053e0ef64191d88bdc4377189','4d9ab19bda1af69ddcf2d59c7332a6fa','reply',2,'sent','C0LOC2','1772431200.000012',1,'2026-03-02 06:01:20.000000',NULL,'',0,'','2026-03-02 06:01:20.000000',NULL);
INSERT INTO "intent" VALUES(13,'9b4775ef74ef7a0c81f631cc21afebdd','492fee84408503cb2c9637898602f092','card',0,'sent','C0LOC2','1772431200.000013',1,'2026-03-02 06:01:30.000000',NULL,'',1,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:01:30.000000',NULL);
INSERT INTO "intent" VALUES(14,'97d6a29c260efb78785adabbc3fd677a','20ed33ae0421c10c86b88f56d1978082','card',0,'sent','C0LOC3','1772431200.000014',1,'2026-03-02 06:01:40.000000',NULL,'',3,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:01:40.000000',NULL);
INSERT INTO "intent" VALUES(15,'6e872488455c117803b3bcccc604732a','20ed33ae0421c10c86b88f56d1978082','reply',2,'pending','','',0,NULL,NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(16,'45c10663e36011e542d59115000715ee','20ed33ae0421c10c86b88f56d1978082','reply',3,'pending','','',0,NULL,NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(17,'8abcc525c90a88ec704583b0486c5268','3e57d3298b1835fde230d91ed4b7c0cb','card',0,'sent','C0LOC3','1772431200.000017',1,'2026-03-02 06:01:50.000000',NULL,'',3,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:01:50.000000',NULL);
INSERT INTO "intent" VALUES(18,'56e571290cd26fc8fef36e1e95171349','3e57d3298b1835fde230d91ed4b7c0cb','reply',2,'sending','C0LOC3','',1,'2026-03-02 08:50:00.000000',NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(19,'49ae14591689623251680929f7e35988','3e57d3298b1835fde230d91ed4b7c0cb','reply',3,'pending','','',0,NULL,NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(20,'ef750f791f5820b19bcf3a650f807f03','e2e71a0c164cc3de063913f34cd8c154','card',0,'sent','C0LOC3','1772431200.000020',1,'2026-03-02 06:02:00.000000',NULL,'',3,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:02:00.000000',NULL);
INSERT INTO "intent" VALUES(21,'baa122ba38b8c663a489e256acc1d632','e2e71a0c164cc3de063913f34cd8c154','reply',2,'sending','C0LOC3','',1,'2026-03-02 08:50:00.000000',NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(22,'76b1f7a8a8a6a4f23c5cda83d958ae9f','e2e71a0c164cc3de063913f34cd8c154','reply',3,'pending','','',0,NULL,NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(23,'ce5bcdf4394e3dec958cb65dc3a39fbe','96879d072827d0f2949c30b191b80ee5','card',0,'sent','C0LOC3','1772431200.000023',1,'2026-03-02 06:02:10.000000',NULL,'',3,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:02:10.000000',NULL);
INSERT INTO "intent" VALUES(24,'6d6626cc146eef2bc57ffd375e0c6e0a','96879d072827d0f2949c30b191b80ee5','reply',2,'unknown','C0LOC3','',2,'2026-03-02 08:50:00.000000','2026-03-02 08:50:00.000000','internal_error',0,'',NULL,'2026-03-02 08:50:00.000000');
INSERT INTO "intent" VALUES(25,'7d03c37125e6bb9d1053d4ff84a4140d','96879d072827d0f2949c30b191b80ee5','reply',3,'pending','','',0,NULL,NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(26,'f71e54ec66542912a06e1e85d7516530','f9f2cc2f7e6a4723674faf41e77828be','card',0,'sent','C0LOC4','1772431200.000026',1,'2026-03-02 06:02:20.000000',NULL,'',3,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:02:20.000000',NULL);
INSERT INTO "intent" VALUES(27,'1691823c78e9b7aaa599530410e66d8a','f9f2cc2f7e6a4723674faf41e77828be','reply',2,'unknown','C0LOC4','',2,'2026-03-02 08:50:00.000000','2026-03-02 08:50:00.000000','internal_error',0,'',NULL,'2026-03-02 08:50:00.000000');
INSERT INTO "intent" VALUES(28,'4c86b763513296b8f20ded500200a3a3','f9f2cc2f7e6a4723674faf41e77828be','reply',3,'pending','','',0,NULL,NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(29,'04fb163f3cbfc65b9676f99bc92a4718','e591f18615a3fb202af232a3a8d7e78c','card',0,'sent','C0LOC4','1772431200.000029',1,'2026-03-02 06:02:30.000000',NULL,'',3,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:02:30.000000',NULL);
INSERT INTO "intent" VALUES(30,'4c87d69e9896039e568711605a9c651f','e591f18615a3fb202af232a3a8d7e78c','reply',2,'pending','C0LOC4','',3,'2026-03-02 08:50:00.000000','2026-03-02 09:00:02.000000','ratelimited',0,'',NULL,'2026-03-02 08:50:00.000000');
INSERT INTO "intent" VALUES(31,'1210b2d78c34232d4ab180ab4dbce4e5','e591f18615a3fb202af232a3a8d7e78c','reply',3,'pending','','',0,NULL,NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(32,'e58b593e31f5b54d2288f93e1074cfff','54eac5be82fc4bcc399ab1ca4097831a','card',0,'sent','C0LOC4','1772431200.000032',1,'2026-03-02 06:02:40.000000',NULL,'',3,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:02:40.000000',NULL);
INSERT INTO "intent" VALUES(33,'ec63ea1232c85f52655a606232793d89','54eac5be82fc4bcc399ab1ca4097831a','reply',2,'lost','C0LOC4','',9,'2026-03-02 08:50:00.000000',NULL,'channel_not_found',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(34,'8e7f67004b83594d920214df6859648d','54eac5be82fc4bcc399ab1ca4097831a','reply',3,'pending','','',0,NULL,NULL,'',0,'',NULL,NULL);
INSERT INTO "intent" VALUES(35,'b6e9fce66d9cb5afe2173071ea0d9136','1ddb27d5b8bbf1f81b3d0c685b271795','card',0,'sent','C0LOC4','1772431200.000035',1,'2026-03-02 06:02:50.000000',NULL,'',3,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:02:50.000000',NULL);
INSERT INTO "intent" VALUES(36,'b8679425fd466c9514727db51d890ef4','1ddb27d5b8bbf1f81b3d0c685b271795','reply',2,'sent','C0LOC4','1772431200.000036',1,'2026-03-02 06:02:50.000000',NULL,'',0,'','2026-03-02 06:02:50.000000',NULL);
INSERT INTO "intent" VALUES(37,'7d1e05a0cde718d84cfded58ea187084','1ddb27d5b8bbf1f81b3d0c685b271795','reply',3,'sent','C0LOC4','1772431200.000037',1,'2026-03-02 06:02:50.000000',NULL,'',0,'','2026-03-02 06:02:50.000000',NULL);
INSERT INTO "intent" VALUES(38,'b629046f33b8688717aa62406d0ffa08','9142c66d740ba040f2d923397d62fd7d','card',0,'sent','C0LOC5','1772431200.000038',1,'2026-03-02 06:03:00.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:03:00.000000',NULL);
INSERT INTO "intent" VALUES(39,'ef8d724c5045cc274a43e6d66a44a686','9142c66d740ba040f2d923397d62fd7d','reply',2,'sent','C0LOC5','1772431200.000039',1,'2026-03-02 06:03:00.000000',NULL,'',0,'','2026-03-02 06:03:00.000000',NULL);
INSERT INTO "intent" VALUES(40,'fb1e308b8fd24f01ab1b098643aaf462','9142c66d740ba040f2d923397d62fd7d','reply',3,'sent','C0LOC5','1772431200.000040',1,'2026-03-02 06:03:00.000000',NULL,'',0,'','2026-03-02 06:03:00.000000',NULL);
INSERT INTO "intent" VALUES(41,'0814a339d536357dd80199bf02e85561','9142c66d740ba040f2d923397d62fd7d','reply',4,'sent','C0LOC5','1772431200.000041',1,'2026-03-02 06:03:00.000000',NULL,'',0,'','2026-03-02 06:03:00.000000',NULL);
INSERT INTO "intent" VALUES(42,'d6a2cae47737eb17c4702416b6544652','83ed101d7cf8e6704adfc1ce440fdae5','card',0,'sent','C0LOC5','1772431200.000042',1,'2026-03-02 06:03:10.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:03:10.000000',NULL);
INSERT INTO "intent" VALUES(43,'0df4c73eca787d3f5b9b3d8a0eae8d0f','83ed101d7cf8e6704adfc1ce440fdae5','reply',2,'sent','C0LOC5','1772431200.000043',1,'2026-03-02 06:03:10.000000',NULL,'',0,'','2026-03-02 06:03:10.000000',NULL);
INSERT INTO "intent" VALUES(44,'7d1f42d788837d548b5686cec605a332','83ed101d7cf8e6704adfc1ce440fdae5','reply',3,'sent','C0LOC5','1772431200.000044',1,'2026-03-02 06:03:10.000000',NULL,'',0,'','2026-03-02 06:03:10.000000',NULL);
INSERT INTO "intent" VALUES(45,'5cb1b7b5f702a944daf810c2b313f7af','83ed101d7cf8e6704adfc1ce440fdae5','reply',4,'sent','C0LOC5','1772431200.000045',1,'2026-03-02 06:03:10.000000',NULL,'',0,'','2026-03-02 06:03:10.000000',NULL);
INSERT INTO "intent" VALUES(46,'68e80fe48d1e6466625eeef655f37754','d412d4b2e8501d27f4825702763f585b','card',0,'sent','C0LOC5','1772431200.000046',1,'2026-03-02 06:03:20.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:03:20.000000',NULL);
INSERT INTO "intent" VALUES(47,'50a51bd24d366952e5f5b20723a3903a','d412d4b2e8501d27f4825702763f585b','reply',2,'sent','C0LOC5','1772431200.000047',1,'2026-03-02 06:03:20.000000',NULL,'',0,'','2026-03-02 06:03:20.000000',NULL);
INSERT INTO "intent" VALUES(48,'559c29be131d805cb7e50141b6441d9f','d412d4b2e8501d27f4825702763f585b','reply',3,'sent','C0LOC5','1772431200.000048',1,'2026-03-02 06:03:20.000000',NULL,'',0,'','2026-03-02 06:03:20.000000',NULL);
INSERT INTO "intent" VALUES(49,'20abb31824902404a7cdef356f46adb1','d412d4b2e8501d27f4825702763f585b','reply',4,'sent','C0LOC5','1772431200.000049',1,'2026-03-02 06:03:20.000000',NULL,'',0,'','2026-03-02 06:03:20.000000',NULL);
INSERT INTO "intent" VALUES(50,'bfc7e1857c27d972d072fcaedc758bb7','0b9684712e75a0160d2a1aa72e44053d','card',0,'sent','C0LOC5','1772431200.000050',1,'2026-03-02 06:03:30.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:03:30.000000',NULL);
INSERT INTO "intent" VALUES(51,'aa4223a8ca987411c3c8af8ee57e7e5b','0b9684712e75a0160d2a1aa72e44053d','reply',2,'sent','C0LOC5','1772431200.000051',1,'2026-03-02 06:03:30.000000',NULL,'',0,'','2026-03-02 06:03:30.000000',NULL);
INSERT INTO "intent" VALUES(52,'5c803ce4c021adce3058faa870d00268','0b9684712e75a0160d2a1aa72e44053d','reply',3,'sent','C0LOC5','1772431200.000052',1,'2026-03-02 06:03:30.000000',NULL,'',0,'','2026-03-02 06:03:30.000000',NULL);
INSERT INTO "intent" VALUES(53,'b375e2dc74bc8b874d29d5c7ae904db2','0b9684712e75a0160d2a1aa72e44053d','reply',4,'sent','C0LOC5','1772431200.000053',1,'2026-03-02 06:03:30.000000',NULL,'',0,'','2026-03-02 06:03:30.000000',NULL);
INSERT INTO "intent" VALUES(54,'873ddee7be2f868324fb91fa4809f965','fc43ac3dfa9b48b553b4e8ba8926ec6f','card',0,'sent','C0LOC5','1772431200.000054',1,'2026-03-02 06:03:40.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:03:40.000000',NULL);
INSERT INTO "intent" VALUES(55,'4dd2d26dc43a748d2fa9c6f1adaac801','fc43ac3dfa9b48b553b4e8ba8926ec6f','reply',2,'sent','C0LOC5','1772431200.000055',1,'2026-03-02 06:03:40.000000',NULL,'',0,'','2026-03-02 06:03:40.000000',NULL);
INSERT INTO "intent" VALUES(56,'a1533976fbf33961804b30158ccb3353','fc43ac3dfa9b48b553b4e8ba8926ec6f','reply',3,'sent','C0LOC5','1772431200.000056',1,'2026-03-02 06:03:40.000000',NULL,'',0,'','2026-03-02 06:03:40.000000',NULL);
INSERT INTO "intent" VALUES(57,'47fe28b264cd299f679df845b2a1b1ae','fc43ac3dfa9b48b553b4e8ba8926ec6f','reply',4,'sent','C0LOC5','1772431200.000057',1,'2026-03-02 06:03:40.000000',NULL,'',0,'','2026-03-02 06:03:40.000000',NULL);
INSERT INTO "intent" VALUES(58,'3a1b1e42f1e1120f437eb92ec394b856','170aba8c6e9217f0d650519314b5de19','card',0,'sent','C0LOC5','1772431200.000058',1,'2026-03-02 06:03:50.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:03:50.000000',NULL);
INSERT INTO "intent" VALUES(59,'b88869dab84fad81124f2a7b6877293c','170aba8c6e9217f0d650519314b5de19','reply',2,'sent','C0LOC5','1772431200.000059',1,'2026-03-02 06:03:50.000000',NULL,'',0,'','2026-03-02 06:03:50.000000',NULL);
INSERT INTO "intent" VALUES(60,'96ae76fdcc12694d46b5de3740970e6d','170aba8c6e9217f0d650519314b5de19','reply',3,'sent','C0LOC5','1772431200.000060',1,'2026-03-02 06:03:50.000000',NULL,'',0,'','2026-03-02 06:03:50.000000',NULL);
INSERT INTO "intent" VALUES(61,'528048f3a54143999d3940c832859be9','170aba8c6e9217f0d650519314b5de19','reply',4,'sent','C0LOC5','1772431200.000061',1,'2026-03-02 06:03:50.000000',NULL,'',0,'','2026-03-02 06:03:50.000000',NULL);
INSERT INTO "intent" VALUES(62,'312cfc9f6e44070a49c3e3d6b848bc43','e0b95c3dced0ef9dddd410edc754fc30','card',0,'sent','C0LOC5','1772431200.000062',1,'2026-03-02 06:04:00.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:04:00.000000',NULL);
INSERT INTO "intent" VALUES(63,'9699fac6c241986573a3e59f3b01a690','e0b95c3dced0ef9dddd410edc754fc30','reply',2,'sent','C0LOC5','1772431200.000063',1,'2026-03-02 06:04:00.000000',NULL,'',0,'','2026-03-02 06:04:00.000000',NULL);
INSERT INTO "intent" VALUES(64,'11d505bb15bdb70d40d35819a4f8fb8d','e0b95c3dced0ef9dddd410edc754fc30','reply',3,'sent','C0LOC5','1772431200.000064',1,'2026-03-02 06:04:00.000000',NULL,'',0,'','2026-03-02 06:04:00.000000',NULL);
INSERT INTO "intent" VALUES(65,'0b03a00e11343c41a6b27ec5245c778f','e0b95c3dced0ef9dddd410edc754fc30','reply',4,'sent','C0LOC5','1772431200.000065',1,'2026-03-02 06:04:00.000000',NULL,'',0,'','2026-03-02 06:04:00.000000',NULL);
INSERT INTO "intent" VALUES(66,'7733993755462247f97dc1288cba5a4e','0f40c1d5aeeb7728b8f4e6bcd450e39f','card',0,'sent','C0LOC5','1772431200.000066',1,'2026-03-02 06:04:10.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:04:10.000000',NULL);
INSERT INTO "intent" VALUES(67,'eb5294c6b1067d86c9f9ed970a29d5d2','0f40c1d5aeeb7728b8f4e6bcd450e39f','reply',2,'sent','C0LOC5','1772431200.000067',1,'2026-03-02 06:04:10.000000',NULL,'',0,'','2026-03-02 06:04:10.000000',NULL);
INSERT INTO "intent" VALUES(68,'dda19be1093eb757d31306895ac1e5e9','0f40c1d5aeeb7728b8f4e6bcd450e39f','reply',3,'sent','C0LOC5','1772431200.000068',1,'2026-03-02 06:04:10.000000',NULL,'',0,'','2026-03-02 06:04:10.000000',NULL);
INSERT INTO "intent" VALUES(69,'44febbe7f66be458fe0d865b9916f423','0f40c1d5aeeb7728b8f4e6bcd450e39f','reply',4,'sent','C0LOC5','1772431200.000069',1,'2026-03-02 06:04:10.000000',NULL,'',0,'','2026-03-02 06:04:10.000000',NULL);
INSERT INTO "intent" VALUES(70,'e15482aba4cc3b7cae6a1ce62784dc12','3eb0870030f80098fcf3c3d5d1c8fbc5','card',0,'sent','C0LOC5','1772431200.000070',1,'2026-03-02 06:04:20.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:04:20.000000',NULL);
INSERT INTO "intent" VALUES(71,'9c2e94a4aa9fab5a6e6636dcff6fe7a0','3eb0870030f80098fcf3c3d5d1c8fbc5','reply',2,'sent','C0LOC5','1772431200.000071',1,'2026-03-02 06:04:20.000000',NULL,'',0,'','2026-03-02 06:04:20.000000',NULL);
INSERT INTO "intent" VALUES(72,'97c6297551dbfe625c14a4ef7a7cabf4','3eb0870030f80098fcf3c3d5d1c8fbc5','reply',3,'sent','C0LOC5','1772431200.000072',1,'2026-03-02 06:04:20.000000',NULL,'',0,'','2026-03-02 06:04:20.000000',NULL);
INSERT INTO "intent" VALUES(73,'4877a7bb4b4d1a4f8414569f0ad1af06','3eb0870030f80098fcf3c3d5d1c8fbc5','reply',4,'sent','C0LOC5','1772431200.000073',1,'2026-03-02 06:04:20.000000',NULL,'',0,'','2026-03-02 06:04:20.000000',NULL);
INSERT INTO "intent" VALUES(74,'9b0b2344687dfcbcf8d4e32b060a1cff','a2ef0456381554eb779dd92555cf8d31','card',0,'sent','C0LOC5','1772431200.000074',1,'2026-03-02 06:04:30.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:04:30.000000',NULL);
INSERT INTO "intent" VALUES(75,'eebfc0ec226ac839252ae44260c6ea6e','a2ef0456381554eb779dd92555cf8d31','reply',2,'sent','C0LOC5','1772431200.000075',1,'2026-03-02 06:04:30.000000',NULL,'',0,'','2026-03-02 06:04:30.000000',NULL);
INSERT INTO "intent" VALUES(76,'1d1d77bc5eef444d3a2a65a215926535','a2ef0456381554eb779dd92555cf8d31','reply',3,'sent','C0LOC5','1772431200.000076',1,'2026-03-02 06:04:30.000000',NULL,'',0,'','2026-03-02 06:04:30.000000',NULL);
INSERT INTO "intent" VALUES(77,'6dd09d39078f9306ab1227b243f8a195','a2ef0456381554eb779dd92555cf8d31','reply',4,'sent','C0LOC5','1772431200.000077',1,'2026-03-02 06:04:30.000000',NULL,'',0,'','2026-03-02 06:04:30.000000',NULL);
INSERT INTO "intent" VALUES(78,'28555f707b7d21f953c180ab81766714','b9855534c8432e35a16255b766311ebf','card',0,'sent','C0LOC5','1772431200.000078',1,'2026-03-02 06:04:40.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:04:40.000000',NULL);
INSERT INTO "intent" VALUES(79,'2c4228190e613435f631557b4d1f1415','b9855534c8432e35a16255b766311ebf','reply',2,'sent','C0LOC5','1772431200.000079',1,'2026-03-02 06:04:40.000000',NULL,'',0,'','2026-03-02 06:04:40.000000',NULL);
INSERT INTO "intent" VALUES(80,'f29b41cf8669dc25ef89e96113a15dcb','b9855534c8432e35a16255b766311ebf','reply',3,'sent','C0LOC5','1772431200.000080',1,'2026-03-02 06:04:40.000000',NULL,'',0,'','2026-03-02 06:04:40.000000',NULL);
INSERT INTO "intent" VALUES(81,'f5fec67ac84649d986bbc2f1d6d2f200','b9855534c8432e35a16255b766311ebf','reply',4,'sent','C0LOC5','1772431200.000081',1,'2026-03-02 06:04:40.000000',NULL,'',0,'','2026-03-02 06:04:40.000000',NULL);
INSERT INTO "intent" VALUES(82,'2aba94ecb36fb6b3062ebe7f1f8a4eb9','e3ad05f8c04cfdd1a75d15bb82241e1a','card',0,'sent','C0DAY0','1772431200.000082',1,'2026-03-02 06:04:50.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:04:50.000000',NULL);
INSERT INTO "intent" VALUES(83,'96715b0da7e7187d523e0b6f617087df','e3ad05f8c04cfdd1a75d15bb82241e1a','reply',2,'sent','C0DAY0','1772431200.000083',1,'2026-03-02 06:04:50.000000',NULL,'',0,'','2026-03-02 06:04:50.000000',NULL);
INSERT INTO "intent" VALUES(84,'efe1cf672e977bf346e573c29ca6316f','e3ad05f8c04cfdd1a75d15bb82241e1a','reply',3,'sent','C0DAY0','1772431200.000084',1,'2026-03-02 06:04:50.000000',NULL,'',0,'','2026-03-02 06:04:50.000000',NULL);
INSERT INTO "intent" VALUES(85,'82c47305d26e35f3d57ac2a951d5013a','e3ad05f8c04cfdd1a75d15bb82241e1a','reply',4,'sent','C0DAY0','1772431200.000085',1,'2026-03-02 06:04:50.000000',NULL,'',0,'','2026-03-02 06:04:50.000000',NULL);
INSERT INTO "intent" VALUES(86,'e63eb5b365a28572f7110f9d5338c7ac','e92be5542a4c8b6be8e924f5f23b1603','card',0,'sent','C0DAY1','1772431200.000086',1,'2026-03-02 06:05:00.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:05:00.000000',NULL);
INSERT INTO "intent" VALUES(87,'6b8b5343392332dc046f504ff35886b8','e92be5542a4c8b6be8e924f5f23b1603','reply',2,'sent','C0DAY1','1772431200.000087',1,'2026-03-02 06:05:00.000000',NULL,'',0,'','2026-03-02 06:05:00.000000',NULL);
INSERT INTO "intent" VALUES(88,'58544334d327ebcb74fd52afc0cd3e32','e92be5542a4c8b6be8e924f5f23b1603','reply',3,'sent','C0DAY1','1772431200.000088',1,'2026-03-02 06:05:00.000000',NULL,'',0,'','2026-03-02 06:05:00.000000',NULL);
INSERT INTO "intent" VALUES(89,'d6d6f0c978487d58ec1ccd67f33cadf6','e92be5542a4c8b6be8e924f5f23b1603','reply',4,'sent','C0DAY1','1772431200.000089',1,'2026-03-02 06:05:00.000000',NULL,'',0,'','2026-03-02 06:05:00.000000',NULL);
INSERT INTO "intent" VALUES(90,'7fe1d314c59bad72f67153a9808b733d','43bfc8b6901802676ef55dbc5a841cb0','card',0,'sent','C0DAY2','1772431200.000090',1,'2026-03-02 06:05:10.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:05:10.000000',NULL);
INSERT INTO "intent" VALUES(91,'352b3392a593d44a4a216aa84ce66dfa','43bfc8b6901802676ef55dbc5a841cb0','reply',2,'sent','C0DAY2','1772431200.000091',1,'2026-03-02 06:05:10.000000',NULL,'',0,'','2026-03-02 06:05:10.000000',NULL);
INSERT INTO "intent" VALUES(92,'38b04ecb62208579e2a538b7e53f2fa6','43bfc8b6901802676ef55dbc5a841cb0','reply',3,'sent','C0DAY2','1772431200.000092',1,'2026-03-02 06:05:10.000000',NULL,'',0,'','2026-03-02 06:05:10.000000',NULL);
INSERT INTO "intent" VALUES(93,'d133521845b49fd93a96d324fe662643','43bfc8b6901802676ef55dbc5a841cb0','reply',4,'sent','C0DAY2','1772431200.000093',1,'2026-03-02 06:05:10.000000',NULL,'',0,'','2026-03-02 06:05:10.000000',NULL);
INSERT INTO "intent" VALUES(94,'647e08504f7d78d4fddc1947a62356f8','dd1b95a28f04b0ad81873ce495747cee','card',0,'sent','C0DAY3','1772431200.000094',1,'2026-03-02 06:05:20.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:05:20.000000',NULL);
INSERT INTO "intent" VALUES(95,'80f1b57e56e1fa6ede0a397e289cae57','dd1b95a28f04b0ad81873ce495747cee','reply',2,'sent','C0DAY3','1772431200.000095',1,'2026-03-02 06:05:20.000000',NULL,'',0,'','2026-03-02 06:05:20.000000',NULL);
INSERT INTO "intent" VALUES(96,'90950c6932c22e3a3494a3e5a05b11c8','dd1b95a28f04b0ad81873ce495747cee','reply',3,'sent','C0DAY3','1772431200.000096',1,'2026-03-02 06:05:20.000000',NULL,'',0,'','2026-03-02 06:05:20.000000',NULL);
INSERT INTO "intent" VALUES(97,'f9e5d69f0c0f775686c393b4dc7da8ad','dd1b95a28f04b0ad81873ce495747cee','reply',4,'sent','C0DAY3','1772431200.000097',1,'2026-03-02 06:05:20.000000',NULL,'',0,'','2026-03-02 06:05:20.000000',NULL);
INSERT INTO "intent" VALUES(98,'157af2fd169edea74eaedd0e3aec8558','830bda036cd4fe54ee73f0fecd624009','card',0,'sent','C0DAY4','1772431200.000098',1,'2026-03-02 06:05:30.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:05:30.000000',NULL);
INSERT INTO "intent" VALUES(99,'7660ef4a8a39edf4d4ecf4dad1835e07','830bda036cd4fe54ee73f0fecd624009','reply',2,'sent','C0DAY4','1772431200.000099',1,'2026-03-02 06:05:30.000000',NULL,'',0,'','2026-03-02 06:05:30.000000',NULL);
INSERT INTO "intent" VALUES(100,'bf4562386c5035dad2e9b13a855333f1','830bda036cd4fe54ee73f0fecd624009','reply',3,'sent','C0DAY4','1772431200.000100',1,'2026-03-02 06:05:30.000000',NULL,'',0,'','2026-03-02 06:05:30.000000',NULL);
INSERT INTO "intent" VALUES(101,'2ec0fc9cc0ab2e6f1c261abcf774e90b','830bda036cd4fe54ee73f0fecd624009','reply',4,'sent','C0DAY4','1772431200.000101',1,'2026-03-02 06:05:30.000000',NULL,'',0,'','2026-03-02 06:05:30.000000',NULL);
INSERT INTO "intent" VALUES(102,'e94f3facef68168460a0d649fc6c5740','08235be414a1f6f62afcbb5a4d3cbfba','card',0,'sent','C0DAY5','1772431200.000102',1,'2026-03-02 06:05:40.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:05:40.000000',NULL);
INSERT INTO "intent" VALUES(103,'818351439393f946cd0816f334a7395b','08235be414a1f6f62afcbb5a4d3cbfba','reply',2,'sent','C0DAY5','1772431200.000103',1,'2026-03-02 06:05:40.000000',NULL,'',0,'','2026-03-02 06:05:40.000000',NULL);
INSERT INTO "intent" VALUES(104,'8829ca80513302bbc8286caaf389b62c','08235be414a1f6f62afcbb5a4d3cbfba','reply',3,'sent','C0DAY5','1772431200.000104',1,'2026-03-02 06:05:40.000000',NULL,'',0,'','2026-03-02 06:05:40.000000',NULL);
INSERT INTO "intent" VALUES(105,'189ba220890992e901cbdcf0207ad9fb','08235be414a1f6f62afcbb5a4d3cbfba','reply',4,'sent','C0DAY5','1772431200.000105',1,'2026-03-02 06:05:40.000000',NULL,'',0,'','2026-03-02 06:05:40.000000',NULL);
INSERT INTO "intent" VALUES(106,'3491a83cb033e19e4ac59627e3899ddb','c307c8d8be29e4f3f3ec58f484f0b611','card',0,'sent','C0DAY6','1772431200.000106',1,'2026-03-02 06:05:50.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:05:50.000000',NULL);
INSERT INTO "intent" VALUES(107,'4ccf78bfb19913289eda9aa42a7bbfdd','c307c8d8be29e4f3f3ec58f484f0b611','reply',2,'sent','C0DAY6','1772431200.000107',1,'2026-03-02 06:05:50.000000',NULL,'',0,'','2026-03-02 06:05:50.000000',NULL);
INSERT INTO "intent" VALUES(108,'e182ea08661b81f9a43b0037810cb800','c307c8d8be29e4f3f3ec58f484f0b611','reply',3,'sent','C0DAY6','1772431200.000108',1,'2026-03-02 06:05:50.000000',NULL,'',0,'','2026-03-02 06:05:50.000000',NULL);
INSERT INTO "intent" VALUES(109,'4eca27462a432cb583229ad6b09394fd','c307c8d8be29e4f3f3ec58f484f0b611','reply',4,'sent','C0DAY6','1772431200.000109',1,'2026-03-02 06:05:50.000000',NULL,'',0,'','2026-03-02 06:05:50.000000',NULL);
INSERT INTO "intent" VALUES(110,'8206dd25513aa8ddf07865413b836806','d65b02417e4933d57719564e4cc23aaf','card',0,'sent','C0DAY7','1772431200.000110',1,'2026-03-02 06:06:00.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:06:00.000000',NULL);
INSERT INTO "intent" VALUES(111,'0d9571db9d9452855fa39bcf11e7138d','d65b02417e4933d57719564e4cc23aaf','reply',2,'sent','C0DAY7','1772431200.000111',1,'2026-03-02 06:06:00.000000',NULL,'',0,'','2026-03-02 06:06:00.000000',NULL);
INSERT INTO "intent" VALUES(112,'ca331e639414841016aa77a2bdbc8f30','d65b02417e4933d57719564e4cc23aaf','reply',3,'sent','C0DAY7','1772431200.000112',1,'2026-03-02 06:06:00.000000',NULL,'',0,'','2026-03-02 06:06:00.000000',NULL);
INSERT INTO "intent" VALUES(113,'8a5f7125e6c7f07323ee474706e3b1e4','d65b02417e4933d57719564e4cc23aaf','reply',4,'sent','C0DAY7','1772431200.000113',1,'2026-03-02 06:06:00.000000',NULL,'',0,'','2026-03-02 06:06:00.000000',NULL);
INSERT INTO "intent" VALUES(114,'de7cd2456064120e0fce6903cb2686c3','6391b7b93eae062c436b5fa60aa42922','card',0,'sent','C0DAY8','1772431200.000114',1,'2026-03-02 06:06:10.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:06:10.000000',NULL);
INSERT INTO "intent" VALUES(115,'10c8c914d39f9940118ae39b674d4388','6391b7b93eae062c436b5fa60aa42922','reply',2,'sent','C0DAY8','1772431200.000115',1,'2026-03-02 06:06:10.000000',NULL,'',0,'','2026-03-02 06:06:10.000000',NULL);
INSERT INTO "intent" VALUES(116,'aa9d340a6f6bd6c33fd63321f55866b3','6391b7b93eae062c436b5fa60aa42922','reply',3,'sent','C0DAY8','1772431200.000116',1,'2026-03-02 06:06:10.000000',NULL,'',0,'','2026-03-02 06:06:10.000000',NULL);
INSERT INTO "intent" VALUES(117,'2b83077134aec11995a7980d4764948e','6391b7b93eae062c436b5fa60aa42922','reply',4,'sent','C0DAY8','1772431200.000117',1,'2026-03-02 06:06:10.000000',NULL,'',0,'','2026-03-02 06:06:10.000000',NULL);
INSERT INTO "intent" VALUES(118,'0ec3b79413ba5b53c482227e6ebfbeed','0c1763a5deb9a6fa4fc60c78430456fd','card',0,'sent','C0DAY9','1772431200.000118',1,'2026-03-02 06:06:20.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:06:20.000000',NULL);
INSERT INTO "intent" VALUES(119,'852e4273ad108bea9a9f1533ad067ba0','0c1763a5deb9a6fa4fc60c78430456fd','reply',2,'sent','C0DAY9','1772431200.000119',1,'2026-03-02 06:06:20.000000',NULL,'',0,'','2026-03-02 06:06:20.000000',NULL);
INSERT INTO "intent" VALUES(120,'f8fe34c9d58133f04534d491c6659efa','0c1763a5deb9a6fa4fc60c78430456fd','reply',3,'sent','C0DAY9','1772431200.000120',1,'2026-03-02 06:06:20.000000',NULL,'',0,'','2026-03-02 06:06:20.000000',NULL);
INSERT INTO "intent" VALUES(121,'a7921a9854a50e75305f5a449904d194','0c1763a5deb9a6fa4fc60c78430456fd','reply',4,'sent','C0DAY9','1772431200.000121',1,'2026-03-02 06:06:20.000000',NULL,'',0,'','2026-03-02 06:06:20.000000',NULL);
INSERT INTO "intent" VALUES(122,'aa8cbdc47a4c5391546d7030baad68f3','181c59815e9db9f2e1843f679bbc7894','card',0,'sent','C0DAY10','1772431200.000122',1,'2026-03-02 06:06:30.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:06:30.000000',NULL);
INSERT INTO "intent" VALUES(123,'baed5e1f0dc2ef0e60655f356da94b8c','181c59815e9db9f2e1843f679bbc7894','reply',2,'sent','C0DAY10','1772431200.000123',1,'2026-03-02 06:06:30.000000',NULL,'',0,'','2026-03-02 06:06:30.000000',NULL);
INSERT INTO "intent" VALUES(124,'e30e73baafcaff925d42bef95cd2a6a3','181c59815e9db9f2e1843f679bbc7894','reply',3,'sent','C0DAY10','1772431200.000124',1,'2026-03-02 06:06:30.000000',NULL,'',0,'','2026-03-02 06:06:30.000000',NULL);
INSERT INTO "intent" VALUES(125,'be9c1c3f0b84d92e1e41ff3f292e77ec','181c59815e9db9f2e1843f679bbc7894','reply',4,'sent','C0DAY10','1772431200.000125',1,'2026-03-02 06:06:30.000000',NULL,'',0,'','2026-03-02 06:06:30.000000',NULL);
INSERT INTO "intent" VALUES(126,'b06224bf090807c6848d4087ef607acb','4fd8bb26cd30a4f0f831b50e4d09aedd','card',0,'sent','C0DAY11','1772431200.000126',1,'2026-03-02 06:06:40.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:06:40.000000',NULL);
INSERT INTO "intent" VALUES(127,'774f6faef15304badaca3b695172b8ac','4fd8bb26cd30a4f0f831b50e4d09aedd','reply',2,'sent','C0DAY11','1772431200.000127',1,'2026-03-02 06:06:40.000000',NULL,'',0,'','2026-03-02 06:06:40.000000',NULL);
INSERT INTO "intent" VALUES(128,'0f60c9f563d034efce141ecf512a87db','4fd8bb26cd30a4f0f831b50e4d09aedd','reply',3,'sent','C0DAY11','1772431200.000128',1,'2026-03-02 06:06:40.000000',NULL,'',0,'','2026-03-02 06:06:40.000000',NULL);
INSERT INTO "intent" VALUES(129,'460805dcbe955c140a5135c0e7042a26','4fd8bb26cd30a4f0f831b50e4d09aedd','reply',4,'sent','C0DAY11','1772431200.000129',1,'2026-03-02 06:06:40.000000',NULL,'',0,'','2026-03-02 06:06:40.000000',NULL);
INSERT INTO "intent" VALUES(130,'374f0189270f15e84b4d088e74b6141b','b473b4090c6da6679c6c57e19b2e01f1','card',0,'sent','C0DAY12','1772431200.000130',1,'2026-03-02 06:06:50.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:06:50.000000',NULL);
INSERT INTO "intent" VALUES(131,'f14dbf2a79b07a914309119c8851ba1f','b473b4090c6da6679c6c57e19b2e01f1','reply',2,'sent','C0DAY12','1772431200.000131',1,'2026-03-02 06:06:50.000000',NULL,'',0,'','2026-03-02 06:06:50.000000',NULL);
INSERT INTO "intent" VALUES(132,'fcf6016e0bbc5a57231866875c4f3582','b473b4090c6da6679c6c57e19b2e01f1','reply',3,'sent','C0DAY12','1772431200.000132',1,'2026-03-02 06:06:50.000000',NULL,'',0,'','2026-03-02 06:06:50.000000',NULL);
INSERT INTO "intent" VALUES(133,'8a3a65489862f570625cf9bb82b3fc18','b473b4090c6da6679c6c57e19b2e01f1','reply',4,'sent','C0DAY12','1772431200.000133',1,'2026-03-02 06:06:50.000000',NULL,'',0,'','2026-03-02 06:06:50.000000',NULL);
INSERT INTO "intent" VALUES(134,'6763251a412623b349fd7e887637d120','1b17b2d91e12391a7658894a219103aa','card',0,'sent','C0DAY13','1772431200.000134',1,'2026-03-02 06:07:00.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:07:00.000000',NULL);
INSERT INTO "intent" VALUES(135,'b307250e524d3e007132cd1b5c06dae0','1b17b2d91e12391a7658894a219103aa','reply',2,'sent','C0DAY13','1772431200.000135',1,'2026-03-02 06:07:00.000000',NULL,'',0,'','2026-03-02 06:07:00.000000',NULL);
INSERT INTO "intent" VALUES(136,'d2f0bad47a5ad2ebb21d3ef353919785','1b17b2d91e12391a7658894a219103aa','reply',3,'sent','C0DAY13','1772431200.000136',1,'2026-03-02 06:07:00.000000',NULL,'',0,'','2026-03-02 06:07:00.000000',NULL);
INSERT INTO "intent" VALUES(137,'b2d9b2632bd28d35b4b358e3628ac221','1b17b2d91e12391a7658894a219103aa','reply',4,'sent','C0DAY13','1772431200.000137',1,'2026-03-02 06:07:00.000000',NULL,'',0,'','2026-03-02 06:07:00.000000',NULL);
INSERT INTO "intent" VALUES(138,'4dfb5e50d4f4e04aced9305dc12934cc','a924ff644f4ea8d4cf6f7e2e68fd687c','card',0,'sent','C0DAY14','1772431200.000138',1,'2026-03-02 06:07:10.000000',NULL,'',5,'0800fc577294c34e0b28ad2839435945','2026-03-02 06:07:10.000000',NULL);
INSERT INTO "intent" VALUES(139,'e3a9bb13526bba0d7caf649e1cdf912f','a924ff644f4ea8d4cf6f7e2e68fd687c','reply',2,'sent','C0DAY14','1772431200.000139',1,'2026-03-02 06:07:10.000000',NULL,'',0,'','2026-03-02 06:07:10.000000',NULL);
INSERT INTO "intent" VALUES(140,'b7b048d9143401f3b9e61dc13494fc60','a924ff644f4ea8d4cf6f7e2e68fd687c','reply',3,'sent','C0DAY14','1772431200.000140',1,'2026-03-02 06:07:10.000000',NULL,'',0,'','2026-03-02 06:07:10.000000',NULL);
INSERT INTO "intent" VALUES(141,'2d410f51da37c91a5ebf5a7c44a35c6b','a924ff644f4ea8d4cf6f7e2e68fd687c','reply',4,'sent','C0DAY14','1772431200.000141',1,'2026-03-02 06:07:10.000000',NULL,'',0,'','2026-03-02 06:07:10.000000',NULL);
CREATE TABLE listed (
	id INTEGER NOT NULL,
	list_id TEXT NOT NULL,
	location_id TEXT NOT NULL,
	"key" TEXT NOT NULL,
	tracking_id TEXT NOT NULL,
	return_id TEXT NOT NULL,
	order_item_id TEXT NOT NULL,
	reason TEXT NOT NULL,
	expected_on DATE,
	source VARCHAR NOT NULL,
	listed_at DATETIME NOT NULL,
	state VARCHAR NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT listed_key UNIQUE (location_id, "key", list_id)
);
CREATE TABLE missing (
	location_id TEXT NOT NULL,
	parcels INTEGER NOT NULL,
	day DATE NOT NULL,
	since DATETIME NOT NULL,
	until DATETIME NOT NULL,
	PRIMARY KEY (location_id)
);
CREATE TABLE own_said (
	handover_id VARCHAR(32) NOT NULL,
	message_ts TEXT NOT NULL,
	"key" TEXT NOT NULL,
	"by" VARCHAR NOT NULL,
	at DATETIME NOT NULL,
	version VARCHAR NOT NULL,
	PRIMARY KEY (handover_id, message_ts, "key"),
	FOREIGN KEY(handover_id) REFERENCES handover (id)
);
CREATE TABLE own_scan (
	id INTEGER NOT NULL,
	handover_id VARCHAR(32) NOT NULL,
	"key" TEXT NOT NULL,
	tracking_id TEXT NOT NULL,
	"by" VARCHAR NOT NULL,
	at DATETIME NOT NULL,
	times INTEGER NOT NULL,
	message_ts VARCHAR NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(handover_id) REFERENCES handover (id),
	CONSTRAINT own_scan_key UNIQUE (handover_id, "key")
);
CREATE TABLE parcel_list (
	id VARCHAR(32) NOT NULL,
	location_id TEXT NOT NULL,
	"by" VARCHAR NOT NULL,
	at DATETIME NOT NULL,
	name TEXT NOT NULL,
	sheet TEXT NOT NULL,
	file_id TEXT NOT NULL,
	taken_back_by VARCHAR,
	taken_back_at DATETIME,
	PRIMARY KEY (id)
);
CREATE TABLE photo (
	id INTEGER NOT NULL,
	handover_id VARCHAR(32) NOT NULL,
	tracking_id TEXT NOT NULL,
	source TEXT NOT NULL,
	name TEXT NOT NULL,
	sha256 VARCHAR NOT NULL,
	problem TEXT NOT NULL,
	at DATETIME NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(handover_id) REFERENCES handover (id),
	CONSTRAINT photo_key UNIQUE (handover_id, source)
);
CREATE TABLE receipt (
	handover_id VARCHAR(32) NOT NULL,
	n INTEGER NOT NULL,
	state VARCHAR NOT NULL,
	sha256 VARCHAR NOT NULL,
	file_ids JSON NOT NULL,
	attempts INTEGER NOT NULL,
	not_before DATETIME,
	error TEXT NOT NULL,
	PRIMARY KEY (handover_id, n),
	FOREIGN KEY(handover_id) REFERENCES handover (id)
);
INSERT INTO "receipt" VALUES('9142c66d740ba040f2d923397d62fd7d',4,'pending','','[]',0,NULL,'');
INSERT INTO "receipt" VALUES('83ed101d7cf8e6704adfc1ce440fdae5',4,'pending','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0F856822D", ""]',4,'2026-03-02 08:50:00.000000','upload_http_500');
INSERT INTO "receipt" VALUES('d412d4b2e8501d27f4825702763f585b',4,'pending','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F015406DB0", "F0936026BA"]',0,NULL,'');
INSERT INTO "receipt" VALUES('0b9684712e75a0160d2a1aa72e44053d',4,'sending','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F08E369A80", "F0F200FE1F"]',1,'2026-03-02 08:50:00.000000','');
INSERT INTO "receipt" VALUES('fc43ac3dfa9b48b553b4e8ba8926ec6f',4,'sending','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0AD5D900E", "F03C4F62BC"]',1,'2026-03-02 08:50:00.000000','');
INSERT INTO "receipt" VALUES('170aba8c6e9217f0d650519314b5de19',4,'unknown','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F03C468CF2", "F0B0286CDA"]',2,'2026-03-02 08:50:00.000000','internal_error');
INSERT INTO "receipt" VALUES('e0b95c3dced0ef9dddd410edc754fc30',4,'unknown','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0142DD6AC", "F0C4674B6B"]',2,'2026-03-02 08:50:00.000000','internal_error');
INSERT INTO "receipt" VALUES('0f40c1d5aeeb7728b8f4e6bcd450e39f',4,'unknown','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F030014920", "F0C80A2038"]',2,'2026-03-02 08:50:00.000000','internal_error');
INSERT INTO "receipt" VALUES('3eb0870030f80098fcf3c3d5d1c8fbc5',4,'pending','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F007C95983", "F02CB259B8"]',2,'2026-03-02 09:00:02.000000','ratelimited');
INSERT INTO "receipt" VALUES('a2ef0456381554eb779dd92555cf8d31',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0FE48D42D", "F09ED09435"]',1,NULL,'');
INSERT INTO "receipt" VALUES('b9855534c8432e35a16255b766311ebf',4,'lost','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','[]',5,NULL,'its thread was deleted in Slack');
INSERT INTO "receipt" VALUES('e3ad05f8c04cfdd1a75d15bb82241e1a',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F011EF3108", "F04722740D"]',1,NULL,'');
INSERT INTO "receipt" VALUES('e92be5542a4c8b6be8e924f5f23b1603',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F00712FF13", "F05D2F7F0B"]',1,NULL,'');
INSERT INTO "receipt" VALUES('43bfc8b6901802676ef55dbc5a841cb0',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F033E18D4C", "F095CD94A8"]',1,NULL,'');
INSERT INTO "receipt" VALUES('dd1b95a28f04b0ad81873ce495747cee',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0EAB8C186", "F08372240B"]',1,NULL,'');
INSERT INTO "receipt" VALUES('830bda036cd4fe54ee73f0fecd624009',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0021A4530", "F07C0C7D26"]',1,NULL,'');
INSERT INTO "receipt" VALUES('08235be414a1f6f62afcbb5a4d3cbfba',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0D0F3EE91", "F0FE9B54C3"]',1,NULL,'');
INSERT INTO "receipt" VALUES('c307c8d8be29e4f3f3ec58f484f0b611',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0CFBB4CE5", "F00AAF8B33"]',1,NULL,'');
INSERT INTO "receipt" VALUES('d65b02417e4933d57719564e4cc23aaf',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F029D755FB", "F042BA0FC9"]',1,NULL,'');
INSERT INTO "receipt" VALUES('6391b7b93eae062c436b5fa60aa42922',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0C2FDFE88", "F09BB696BD"]',1,NULL,'');
INSERT INTO "receipt" VALUES('0c1763a5deb9a6fa4fc60c78430456fd',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0031D00EC", "F05B5C8EE5"]',1,NULL,'');
INSERT INTO "receipt" VALUES('181c59815e9db9f2e1843f679bbc7894',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F01B9ACF9A", "F0858A9741"]',1,NULL,'');
INSERT INTO "receipt" VALUES('4fd8bb26cd30a4f0f831b50e4d09aedd',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F04AEA20BF", "F04CEB73DD"]',1,NULL,'');
INSERT INTO "receipt" VALUES('b473b4090c6da6679c6c57e19b2e01f1',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F0E5C761C7", "F010CD556D"]',1,NULL,'');
INSERT INTO "receipt" VALUES('1b17b2d91e12391a7658894a219103aa',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F07972F79D", "F05422BAD2"]',1,NULL,'');
INSERT INTO "receipt" VALUES('a924ff644f4ea8d4cf6f7e2e68fd687c',4,'sent','ca794fb2d950acf25c964ecc35f2d7e2ca794fb2d950acf25c964ecc35f2d7e2','["F069D28FB0", "F052233853"]',1,NULL,'');
CREATE TABLE reminder (
	handover_id VARCHAR(32) NOT NULL,
	kind VARCHAR NOT NULL,
	at DATETIME NOT NULL,
	times INTEGER NOT NULL,
	PRIMARY KEY (handover_id, kind),
	FOREIGN KEY(handover_id) REFERENCES handover (id)
);
CREATE TABLE return_detail (
	"key" TEXT NOT NULL,
	found BOOLEAN NOT NULL,
	return_id TEXT NOT NULL,
	order_item_id TEXT NOT NULL,
	reason TEXT NOT NULL,
	expected_on DATE,
	asked_at DATETIME NOT NULL,
	times INTEGER NOT NULL,
	PRIMARY KEY ("key")
);
CREATE TABLE "shipment" (
	tracking_id TEXT NOT NULL,
	shipment_id TEXT NOT NULL,
	status TEXT NOT NULL,
	reason TEXT NOT NULL,
	actual_flyer_id TEXT NOT NULL,
	captured_flyer_id TEXT NOT NULL,
	flyer_status TEXT NOT NULL,
	obd_eligible BOOLEAN NOT NULL,
	obd_remark TEXT NOT NULL,
	image_links JSON NOT NULL,
	scanned_at DATETIME,
	id INTEGER NOT NULL,
	handover_id VARCHAR(32) NOT NULL,
	first_seen DATETIME NOT NULL, "key" TEXT DEFAULT '' NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT shipment_key UNIQUE (handover_id, tracking_id, shipment_id),
	FOREIGN KEY(handover_id) REFERENCES handover (id)
);
INSERT INTO "shipment" VALUES('card-stale-0','S-card-stale-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:03:20.000000',1,'4d9ab19bda1af69ddcf2d59c7332a6fa','2026-03-02 06:03:20.000000','CARD-STALE-0');
INSERT INTO "shipment" VALUES('card-stale-1','S-card-stale-1','ACCEPTED','','','','',0,'','[]','2026-03-02 06:03:20.000000',2,'4d9ab19bda1af69ddcf2d59c7332a6fa','2026-03-02 06:03:20.000000','CARD-STALE-1');
INSERT INTO "shipment" VALUES('card-stale-2','S-card-stale-2','ACCEPTED','','','','',0,'','[]','2026-03-02 06:03:20.000000',3,'4d9ab19bda1af69ddcf2d59c7332a6fa','2026-03-02 06:03:20.000000','CARD-STALE-2');
INSERT INTO "shipment" VALUES('card-stale-3','S-card-stale-3','ACCEPTED','','','','',0,'','[]','2026-03-02 06:03:20.000000',4,'4d9ab19bda1af69ddcf2d59c7332a6fa','2026-03-02 06:03:20.000000','CARD-STALE-3');
INSERT INTO "shipment" VALUES('card-stale-4','S-card-stale-4','ACCEPTED','','','','',0,'','[]','2026-03-02 06:03:20.000000',5,'4d9ab19bda1af69ddcf2d59c7332a6fa','2026-03-02 06:03:20.000000','CARD-STALE-4');
INSERT INTO "shipment" VALUES('card-stale-5','S-card-stale-5','ACCEPTED','','','','',0,'','[]','2026-03-02 06:04:20.000000',6,'4d9ab19bda1af69ddcf2d59c7332a6fa','2026-03-02 06:04:20.000000','CARD-STALE-5');
INSERT INTO "shipment" VALUES('card-stale-6','S-card-stale-6','ACCEPTED','','','','',0,'','[]','2026-03-02 06:04:20.000000',7,'4d9ab19bda1af69ddcf2d59c7332a6fa','2026-03-02 06:04:20.000000','CARD-STALE-6');
INSERT INTO "shipment" VALUES('receipt-pending-0','S-receipt-pending-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:05:00.000000',8,'9142c66d740ba040f2d923397d62fd7d','2026-03-02 06:05:00.000000','RECEIPT-PENDING-0');
INSERT INTO "shipment" VALUES('receipt-half-0','S-receipt-half-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:05:10.000000',9,'83ed101d7cf8e6704adfc1ce440fdae5','2026-03-02 06:05:10.000000','RECEIPT-HALF-0');
INSERT INTO "shipment" VALUES('receipt-filled-0','S-receipt-filled-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:05:20.000000',10,'d412d4b2e8501d27f4825702763f585b','2026-03-02 06:05:20.000000','RECEIPT-FILLED-0');
INSERT INTO "shipment" VALUES('receipt-sending-done-0','S-receipt-sending-done-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:05:30.000000',11,'0b9684712e75a0160d2a1aa72e44053d','2026-03-02 06:05:30.000000','RECEIPT-SENDING-DONE-0');
INSERT INTO "shipment" VALUES('receipt-sending-not-0','S-receipt-sending-not-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:05:40.000000',12,'fc43ac3dfa9b48b553b4e8ba8926ec6f','2026-03-02 06:05:40.000000','RECEIPT-SENDING-NOT-0');
INSERT INTO "shipment" VALUES('receipt-unknown-done-0','S-receipt-unknown-done-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:05:50.000000',13,'170aba8c6e9217f0d650519314b5de19','2026-03-02 06:05:50.000000','RECEIPT-UNKNOWN-DONE-0');
INSERT INTO "shipment" VALUES('receipt-unknown-not-0','S-receipt-unknown-not-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:06:00.000000',14,'e0b95c3dced0ef9dddd410edc754fc30','2026-03-02 06:06:00.000000','RECEIPT-UNKNOWN-NOT-0');
INSERT INTO "shipment" VALUES('receipt-unknown-gone-0','S-receipt-unknown-gone-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:06:10.000000',15,'0f40c1d5aeeb7728b8f4e6bcd450e39f','2026-03-02 06:06:10.000000','RECEIPT-UNKNOWN-GONE-0');
INSERT INTO "shipment" VALUES('receipt-backoff-0','S-receipt-backoff-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:06:20.000000',16,'3eb0870030f80098fcf3c3d5d1c8fbc5','2026-03-02 06:06:20.000000','RECEIPT-BACKOFF-0');
INSERT INTO "shipment" VALUES('receipt-sent-0','S-receipt-sent-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:06:30.000000',17,'a2ef0456381554eb779dd92555cf8d31','2026-03-02 06:06:30.000000','RECEIPT-SENT-0');
INSERT INTO "shipment" VALUES('receipt-lost-0','S-receipt-lost-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:06:40.000000',18,'b9855534c8432e35a16255b766311ebf','2026-03-02 06:06:40.000000','RECEIPT-LOST-0');
INSERT INTO "shipment" VALUES('digest-pending-0','S-digest-pending-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:06:50.000000',19,'e3ad05f8c04cfdd1a75d15bb82241e1a','2026-03-02 06:06:50.000000','DIGEST-PENDING-0');
INSERT INTO "shipment" VALUES('digest-sending-done-0','S-digest-sending-done-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:07:00.000000',20,'e92be5542a4c8b6be8e924f5f23b1603','2026-03-02 06:07:00.000000','DIGEST-SENDING-DONE-0');
INSERT INTO "shipment" VALUES('digest-sending-not-0','S-digest-sending-not-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:07:10.000000',21,'43bfc8b6901802676ef55dbc5a841cb0','2026-03-02 06:07:10.000000','DIGEST-SENDING-NOT-0');
INSERT INTO "shipment" VALUES('digest-unknown-done-0','S-digest-unknown-done-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:07:20.000000',22,'dd1b95a28f04b0ad81873ce495747cee','2026-03-02 06:07:20.000000','DIGEST-UNKNOWN-DONE-0');
INSERT INTO "shipment" VALUES('digest-unknown-not-0','S-digest-unknown-not-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:07:30.000000',23,'830bda036cd4fe54ee73f0fecd624009','2026-03-02 06:07:30.000000','DIGEST-UNKNOWN-NOT-0');
INSERT INTO "shipment" VALUES('digest-backoff-0','S-digest-backoff-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:07:40.000000',24,'08235be414a1f6f62afcbb5a4d3cbfba','2026-03-02 06:07:40.000000','DIGEST-BACKOFF-0');
INSERT INTO "shipment" VALUES('digest-message-0','S-digest-message-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:07:50.000000',25,'c307c8d8be29e4f3f3ec58f484f0b611','2026-03-02 06:07:50.000000','DIGEST-MESSAGE-0');
INSERT INTO "shipment" VALUES('digest-half-0','S-digest-half-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:08:00.000000',26,'d65b02417e4933d57719564e4cc23aaf','2026-03-02 06:08:00.000000','DIGEST-HALF-0');
INSERT INTO "shipment" VALUES('digest-filled-0','S-digest-filled-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:08:10.000000',27,'6391b7b93eae062c436b5fa60aa42922','2026-03-02 06:08:10.000000','DIGEST-FILLED-0');
INSERT INTO "shipment" VALUES('digest-shared-sending-done-0','S-digest-shared-sending-done-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:08:20.000000',28,'0c1763a5deb9a6fa4fc60c78430456fd','2026-03-02 06:08:20.000000','DIGEST-SHARED-SENDING-DONE-0');
INSERT INTO "shipment" VALUES('digest-shared-sending-not-0','S-digest-shared-sending-not-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:08:30.000000',29,'181c59815e9db9f2e1843f679bbc7894','2026-03-02 06:08:30.000000','DIGEST-SHARED-SENDING-NOT-0');
INSERT INTO "shipment" VALUES('digest-shared-unknown-done-0','S-digest-shared-unknown-done-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:08:40.000000',30,'4fd8bb26cd30a4f0f831b50e4d09aedd','2026-03-02 06:08:40.000000','DIGEST-SHARED-UNKNOWN-DONE-0');
INSERT INTO "shipment" VALUES('digest-shared-unknown-not-0','S-digest-shared-unknown-not-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:08:50.000000',31,'b473b4090c6da6679c6c57e19b2e01f1','2026-03-02 06:08:50.000000','DIGEST-SHARED-UNKNOWN-NOT-0');
INSERT INTO "shipment" VALUES('digest-sent-0','S-digest-sent-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:09:00.000000',32,'1b17b2d91e12391a7658894a219103aa','2026-03-02 06:09:00.000000','DIGEST-SENT-0');
INSERT INTO "shipment" VALUES('digest-lost-0','S-digest-lost-0','ACCEPTED','','','','',0,'','[]','2026-03-02 06:09:10.000000',33,'a924ff644f4ea8d4cf6f7e2e68fd687c','2026-03-02 06:09:10.000000','DIGEST-LOST-0');
CREATE TABLE tally (
	id INTEGER NOT NULL,
	handover_id VARCHAR(32) NOT NULL,
	"by" VARCHAR NOT NULL,
	at DATETIME NOT NULL,
	added INTEGER NOT NULL,
	undone BOOLEAN NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(handover_id) REFERENCES handover (id)
);
CREATE TABLE withdrawn (
	tracking_id TEXT NOT NULL,
	shipment_id TEXT NOT NULL,
	status TEXT NOT NULL,
	reason TEXT NOT NULL,
	actual_flyer_id TEXT NOT NULL,
	captured_flyer_id TEXT NOT NULL,
	flyer_status TEXT NOT NULL,
	obd_eligible BOOLEAN NOT NULL,
	obd_remark TEXT NOT NULL,
	image_links JSON NOT NULL,
	scanned_at DATETIME,
	id INTEGER NOT NULL,
	handover_id VARCHAR(32) NOT NULL,
	first_seen DATETIME NOT NULL,
	withdrawn_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(handover_id) REFERENCES handover (id)
);
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX intent_by_state ON intent (state);
CREATE INDEX handover_by_stage ON handover (stage, location_id);
CREATE INDEX intent_by_ts ON intent (ts);
CREATE INDEX ix_tally_handover_id ON tally (handover_id);
CREATE INDEX claim_by_due ON claim (claimed_at, due_at);
CREATE INDEX ix_own_scan_key ON own_scan ("key");
CREATE INDEX listed_by_list ON listed (list_id, location_id, "key");
CREATE INDEX listed_by_time ON listed (location_id, listed_at);
CREATE INDEX ix_parcel_list_at ON parcel_list (at);
CREATE INDEX ix_withdrawn_handover_id ON withdrawn (handover_id);
CREATE INDEX shipment_by_key ON shipment ("key", handover_id);
CREATE INDEX claim_by_key ON claim ("key", handover_id);
CREATE INDEX handover_unshown ON handover (shown_at) WHERE shown_revision < revision;
CREATE INDEX handover_urgent ON handover (shown_at) WHERE shown_revision < revision AND (shown_at <= scanning_at OR shown_at <= closing_at OR shown_at <= ended_at OR shown_at <= counted_at OR shown_at <= start_otc_at OR shown_at <= end_otc_at);
CREATE INDEX intent_put_off ON intent (not_before) WHERE not_before IS NOT NULL;
CREATE INDEX receipt_by_state ON receipt (state);
COMMIT;
