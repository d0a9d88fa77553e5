-- SMS over HTTP in Twilio's shape; Viber's bots.
ALTER TABLE connection DROP CONSTRAINT connection_kind_check;
ALTER TABLE connection ADD CONSTRAINT connection_kind_check
  CHECK (kind IN ('whatsapp_cloud', 'viber_business', 'viber_bot', 'smpp', 'http_sms'));
