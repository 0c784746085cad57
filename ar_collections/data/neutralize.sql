-- nothing leaves a copy of the database: pause everything, and test mode in any case
UPDATE res_company
   SET ar_is_paused = true,
       ar_is_test_mode = true,
       ar_test_email = 'collections@example.invalid';
-- what waits for another attempt or another channel is not sent from here
UPDATE ar_followup_delivery
   SET next_try = NULL,
       is_fallback_due = false;
-- messages that others would send
UPDATE snailmail_letter
   SET state = 'canceled'
 WHERE state IN ('pending', 'error')
   AND model = 'ar.followup.notice';
UPDATE sms_sms
   SET state = 'canceled'
 WHERE state IN ('outgoing', 'error')
   AND id IN (SELECT sms_id FROM ar_followup_delivery WHERE sms_id IS NOT NULL);
UPDATE mail_mail
   SET state = 'cancel'
 WHERE state IN ('outgoing', 'exception')
   AND id IN (SELECT mail_mail_id FROM ar_followup_delivery WHERE mail_mail_id IS NOT NULL);
-- deactivate crons
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE model = 'ir.cron'
          AND module = 'ar_collections'
);
